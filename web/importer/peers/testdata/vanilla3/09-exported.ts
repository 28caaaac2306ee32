import type { CookieConsentConfig } from "vanilla-cookieconsent";

const shared = { autoClearCookies: false, manageScriptTags: false };

/** The layout's component runs it: run(cookieConsentConfig). */
export const cookieConsentConfig: CookieConsentConfig = {
  ...shared,
  cookie: { domain: location.hostname, name: `consent_${import.meta.env.MODE}` },
  categories: {
    necessary: { enabled: true, readOnly: true },
    functional: {
      enabled: false,
      services: {
        chat: {
          label: "Help by chat (Crisp)",
          cookies: [{ name: /^crisp-client(\/|%2F)/ }, { name: "__cfduid" }],
        },
        maps: { label: "Maps", onAccept: () => loadMaps() },
      },
    },
  },
  language: {
    default: "nl",
    translations: {
      nl: {
        consentModal: {
          title: "Cookies",
          description: "Wij vragen het eerst.",
          acceptAllBtn: "Alles toestaan",
          acceptNecessaryBtn: "Alles weigeren",
          showPreferencesBtn: "Kiezen",
          footer: `<a href="https://winkel.example/cookiebeleid">Cookiebeleid</a>`,
        },
        preferencesModal: {
          title: "Voorkeuren",
          acceptAllBtn: "Alles toestaan",
          acceptNecessaryBtn: "Alles weigeren",
          savePreferencesBtn: "Bewaren",
          closeIconLabel: "Sluiten",
          sections: [
            { title: "Noodzakelijk", description: "De winkelwagen.", linkedCategory: "necessary" },
            { title: "Functioneel", description: "Chat en kaarten.", linkedCategory: "functional" },
          ],
        },
      },
    },
  },
};

declare function loadMaps(): void;
