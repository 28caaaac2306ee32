CookieConsent.run({
  root: document.getElementById("app"),
  categories: { necessary: { enabled: true, readOnly: true }, media: {} },
  language: {
    default: "it",
    autoDetect: "browser",
    rtl: "ar",
    translations: {
      it: "/consent/it.json",
      en: async () => (await fetch("/consent/en.json")).json(),
      ar: () => import("./ar.js"),
      fr: window.FRENCH_TEXTS,
    },
  },
});
