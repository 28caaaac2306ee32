// Google's consent mode by code in texts, as the tag manager's example has it.
const grants = (types) => `for (const type of opts.config.types) { gtag("consent", "update", {${types.map((t) => `"${t}": "granted"`).join(", ")}}) }`;

window.klaroConfig = {
  acceptAll: true,
  hideLearnMore: true,
  services: [
    { name: "google-tag-manager", required: true, purposes: ["marketing"], onAccept: "dataLayer.push({event: 'klaro-accepted'})", onInit: () => { window.dataLayer = []; } },
    { name: "google-analytics", purposes: ["marketing"], cookies: [/^_ga(_.*)?/], onAccept: grants(["analytics_storage"]), onDecline: "gtag('consent', 'update', {analytics_storage: 'denied'})" },
    { name: "google-ads", purposes: ["marketing"], cookies: [], onAccept: grants(["ad_storage", "ad_user_data", "ad_personalization"]), vars: {} }
  ],
  translations: { en: { purposes: { marketing: { title: "Marketing", description: "" } } } }
};
