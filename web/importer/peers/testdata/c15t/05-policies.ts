import { createConsentManager, policyPackPresets } from "c15t";

createConsentManager({
  mode: "offline",
  consentCategories: ["necessary", "measurement"],
  offlinePolicy: {
    policyPacks: [
      policyPackPresets.europeOptIn(),
      policyPackPresets.californiaOptOut(),
      policyPackPresets.worldNoBanner(),
      {
        id: "fr",
        match: { countries: ["FR"], fallback: true },
        i18n: { messageProfile: "default", language: "fr" },
        consent: {
          model: "opt-in",
          expiryDays: 730,
          scopeMode: "strict",
          categories: ["necessary", "measurement", "marketing"],
          preselectedCategories: ["necessary", "marketing"],
          gpc: true,
        },
        ui: {
          mode: "banner",
          banner: { allowedActions: ["accept", "customize"], primaryAction: "accept", layout: [["customize"], "accept"], direction: "row", uiProfile: "compact", scrollLock: true },
          dialog: { allowedActions: ["accept", "reject", "customize"], primaryActions: ["accept"] },
        },
        proof: { storeIp: true, storeUserAgent: false, storeLanguage: true },
      },
      { id: "us", match: { regions: [{ country: "US", region: "CA" }] }, consent: { model: "opt-out" }, ui: { mode: "none" } },
      { id: "rest", match: { isDefault: true }, consent: { model: "none" }, ui: { mode: "none" } },
    ],
    i18n: { defaultProfile: "default", messages: { default: { fallbackLanguage: "en", translations: { en: { cookieBanner: { title: "Cookies" } } } } } },
  },
});
