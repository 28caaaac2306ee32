// Scripts run until the visitor objects, and everything is ticked.
window.dataLayer = window.dataLayer || [];
const euCountries = ["FR", "DE"];

CookieConsent.run({
  mode: "opt-out",
  autoShow: false,
  cookie: { expiresAfterDays: (acceptType) => (acceptType === "all" ? 365 : 30) },
  categories: {
    necessary: { enabled: true, readOnly: true },
    analytics: { enabled: true, autoClear: { cookies: [{ name: /^_ga_\d{10}$/ }, { name: /.*/ }, { name: /track/ }] } },
    ads: { enabled: true, readOnly: true, autoClear: { cookies: [{ name: "_gcl_au" }] } },
  },
  guiOptions: { consentModal: { layout: "bar", position: "bottom", equalWeightButtons: false, flipButtons: true } },
  language: {
    default: "de",
    translations: {
      de: {
        consentModal: {
          title: "Cookies",
          description: "Wenn Sie weiterlesen, stimmen Sie zu. <a href='https://laden.example/datenschutz'>Datenschutz</a>",
          acceptAllBtn: "Alles klar",
          acceptNecessaryBtn: "Ablehnen",
        },
        preferencesModal: {
          title: "Einstellungen",
          acceptAllBtn: "Alle annehmen",
          acceptNecessaryBtn: "Nur notwendige",
          savePreferencesBtn: "Auswahl speichern",
          sections: [
            { title: "Notwendig", description: "Warenkorb", linkedCategory: "necessary" },
            { title: "Statistik", description: "Wir zählen Besuche.", linkedCategory: "analytics" },
            { title: "Werbung", description: "Wir zeigen Werbung.", linkedCategory: "ads" },
            { title: "Sonstiges", description: "Nichts weiter.", linkedCategory: "other" },
          ],
        },
      },
    },
  },
});
