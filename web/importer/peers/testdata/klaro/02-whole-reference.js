// Every option of the annotated configuration, with what it is by itself or its opposite.
window.klaroConfig = {
  version: 1,
  elementID: "consent",
  styling: { theme: ["light", "bottom", "wide"], "button-text-color": "#fff", green2: "#0a6b3d" },
  noAutoLoad: false,
  htmlTexts: true,
  embedded: false,
  groupByPurpose: true,
  purposeExpended: false,
  purposeOrder: ["functional", "analytics", "marketing"],
  storageMethod: "cookie",
  storageName: "former-consent",
  cookieName: "consent",
  cookieDomain: ".example.org",
  cookiePath: "/",
  cookieExpiresAfterDays: 400,
  default: true,
  optOut: false,
  required: false,
  mustConsent: true,
  acceptAll: true,
  hideDeclineAll: true,
  hideLearnMore: false,
  hideToggleAll: true,
  noticeAsModal: true,
  noNotice: false,
  disablePoweredBy: true,
  poweredBy: "https://example.org/who",
  additionalClass: "my-klaro",
  autoFocus: true,
  showNoticeTitle: true,
  showDescriptionEmptyStore: true,
  testing: true,
  languages: ["en", "de"],
  fallbackLang: "en",
  lang: "en",
  privacyPolicy: { default: "/privacy", de: "/datenschutz" },
  callback: function (consent, service) { console.log(service.name, consent); },
  translations: {
    zz: { privacyPolicyUrl: "/privacy" },
    en: {
      privacyPolicy: { name: "privacy policy", text: "Read our {privacyPolicy}." },
      acceptAll: "Accept all",
      acceptSelected: "Accept what I chose",
      close: "Close",
      save: "Save",
      ok: "Accept everything",
      decline: "Decline",
      poweredBy: "Made with Klaro",
      consentNotice: {
        title: "Cookies",
        description: "We would like to use {purposes}. <a href='/privacy'>Privacy</a>",
        changeDescription: "Something has changed since you were here.",
        learnMore: "Let me choose",
        testing: "Testing",
        extraHTML: "<p>More in our <a href='/cookies'>cookie policy</a></p>"
      },
      consentModal: { title: "Services of this site", description: "Choose what you like.", extraHTML: "<hr>" },
      contextualConsent: {
        description: "Show what {title} has?",
        acceptOnce: "Yes",
        acceptAlways: "Always show it",
        descriptionEmptyStore: "Accept {title} in the {link}.",
        modalLinkText: "settings"
      },
      purposeItem: { service: "service", services: "services" },
      purposes: {
        functional: { title: "Needed", description: "The site does not work without them." },
        analytics: { title: "Statistics", description: "They count <b>visits</b>." },
        marketing: "Advertising",
        nobodys: "Nothing"
      },
      service: {
        disableAll: { title: "All or nothing", description: "Switches all of them." },
        optOut: { title: "(on)", description: "It is on until you say no." },
        required: { title: "(always)", description: "It is always on." },
        purpose: "purpose",
        purposes: "purposes"
      },
      session: { title: "Session", description: "Keeps you logged in" },
      matomo: "Matomo",
      unknownService: { title: "Gone", description: "It is no longer there" }
    },
    de: { decline: "Ablehnen", purposes: { analytics: "Statistik" }, matomo: { description: "Zählt Besuche" } }
  },
  services: [
    { name: "session", purposes: ["functional"], required: true, cookies: ["PHPSESSID"], onlyOnce: false },
    {
      name: "matomo",
      title: "Matomo",
      description: "Counts visits",
      default: true,
      purposes: ["analytics"],
      cookies: [
        [/^_pk_.*$/, "/", "stats.example.org"],
        [/^_pk_.*$/, "/", "localhost"],
        "piwik_ignore"
      ],
      callback: function (consent, service) { if (consent) { _paq.push(["rememberConsentGiven"]); } },
      required: false,
      optOut: true,
      onlyOnce: true
    },
    {
      name: "google-ads",
      purposes: ["marketing", "analytics"],
      default: false,
      cookies: [/^_gcl_au$/i, /gac/, { pattern: "^_gac_", path: "/", domain: ".example.org" }],
      vars: { account: "AW-123" },
      onInit: "window.dataLayer = window.dataLayer || []; gtag('consent', 'default', {ad_storage: 'denied'})",
      onAccept: "gtag('consent', 'update', {'ad_storage': 'granted', 'ad_user_data': 'granted'})",
      onDecline: "gtag('consent', 'update', {'ad_storage': 'denied'})",
      translations: { zz: { title: "Google Ads" }, de: { title: "Google Ads", description: "Misst Anzeigen" } }
    },
    { name: "youtube", purposes: ["marketing"], contextualConsentOnly: true, cookies: [] }
  ]
};
