import { defineConfig } from "astro/config";
import cookieconsent from "@jop-software/astro-cookieconsent";

export default defineConfig({
  site: "https://verein.example",
  integrations: [
    cookieconsent({
      disablePageInteraction: false,
      categories: {
        necessary: { enabled: true, readOnly: true },
        analytics: { autoClear: { cookies: [{ name: /^(_ga|_gid|_gat)/i }], reloadPage: true } },
      },
      onFirstConsent: () => {},
      unknownOption: { nested: [1, 2] },
      language: {
        default: "de",
        translations: {
          de: {
            consentModal: {
              title: "Cookies des Vereins",
              description: "Wir fragen vorher.",
              acceptAllBtn: "Alle annehmen",
              acceptNecessaryBtn: "Alle ablehnen",
              showPreferencesBtn: "Auswählen",
              somethingNew: "?",
            },
            preferencesModal: {
              title: "Auswahl",
              acceptAllBtn: "Alle annehmen",
              acceptNecessaryBtn: "Alle ablehnen",
              savePreferencesBtn: "Speichern",
              sections: [
                { title: "Notwendig", description: "Anmeldung.", linkedCategory: "necessary" },
                {
                  title: "Statistik",
                  description: "Besuche zählen.",
                  linkedCategory: "analytics",
                  cookieTable: {
                    headers: { name: "Name", domain: "Domain", desc: "Zweck", exp: "Ablauf", extra: "Hinweis" },
                    body: [{ name: "_ga", domain: "www.google.com", desc: "Besucher unterscheiden", exp: "2 Jahre", extra: "-" }],
                  },
                },
              ],
            },
          },
        },
      },
    }),
  ],
});
