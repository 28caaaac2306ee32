CookieConsent.run({
  categories: {
    necessary: { enabled: true, readOnly: true },
    analytics: {},
  },
  language: {
    default: "en",
    translations: {
      en: {
        consentModal: {
          title: "May we count visits?",
          description: "The library counts how often its pages are read.",
          acceptAllBtn: "Yes",
          acceptNecessaryBtn: "No",
          showPreferencesBtn: "Choose",
        },
        preferencesModal: {
          title: "Your choice",
          acceptAllBtn: "Yes",
          acceptNecessaryBtn: "No",
          savePreferencesBtn: "Keep this choice",
          closeIconLabel: "Close",
          sections: [
            { title: "Needed", description: "The basket and your session.", linkedCategory: "necessary" },
            { title: "Statistics", description: "How often a page is read.", linkedCategory: "analytics" },
          ],
        },
      },
    },
  },
});
