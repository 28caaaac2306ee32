import { configureConsentManager, createConsentManagerStore } from "c15t";

const manager = configureConsentManager({ mode: "offline", storageConfig: { storageKey: "agency" } });

export const store = createConsentManagerStore(manager, {
  initialGdprTypes: ["necessary", "measurement", "analytics"],
  initialTranslationConfig: {
    defaultLanguage: "fr",
    translations: {
      fr: {
        common: { acceptAll: "Tout accepter", rejectAll: "Tout refuser", customize: "Personnaliser", save: "Enregistrer" },
        cookieBanner: { title: "Cookies de l'agence", description: "Votre accord est demandé." },
        consentManagerDialog: { title: "Vos choix" },
        consentTypes: { measurement: { title: "Mesure", description: "Compter les visites." } },
      },
    },
  },
  trackingBlockerConfig: { disableAutomaticBlocking: true, domainConsentMap: { "google-analytics.com": "measurement" } },
  unstable_googleTagManager: { id: "GTM-XYZ9876" },
});
