// The edition before 0.7: apps, and a privacy policy at the top.
var klaroConfig = {
  elementID: "klaro",
  privacyPolicy: "/privacy.html",
  groupByPurpose: false,
  storageMethod: "cookie",
  cookieName: "klaro",
  cookieExpiresAfterDays: 365,
  default: false,
  mustConsent: false,
  acceptAll: false,
  hideDeclineAll: false,
  translations: {
    nl: {
      consentModal: {
        title: "Wat wij gebruiken",
        description: "Kies zelf.",
        privacyPolicy: { name: "privacybeleid", text: "Lees ons {privacyPolicy}." }
      },
      consentNotice: { description: "Mogen wij {purposes} gebruiken?", changeDescription: "Er is iets veranderd.", learnMore: "Meer weten" },
      ok: "Goed zo, ga door",
      app: { purpose: "doel", required: { title: "altijd", description: "Altijd aan" } },
      purposes: { analytics: "Statistieken", security: "Veiligheid" },
      cloudflare: { description: "Beschermt de site" }
    }
  },
  apps: [
    { name: "google-analytics", title: "Google Analytics", purposes: ["analytics"], cookies: ["_ga", "_gid", /^_gat_UA-\d+-\d+$/], required: false },
    { name: "cloudflare", title: "Cloudflare", purposes: ["security"], required: true },
    { name: "cloudflare", title: "Again", purposes: ["security"] }
  ]
};
