type Toggle = { value: string; enabled: boolean; readonly: boolean };

const toggle = (value: string, readonly = false): Toggle => ({ value, enabled: readonly, readonly });
const cookie = (name: string, lifetime: string, purpose: string, extra: object = {}) => ({ name, lifetime, purpose, ...extra });

declare global {
  interface Window {
    initCookieConsent(): { run(config: object): void };
  }
}

const base = { cookie_same_site: "Strict", hide_from_bots: false } as const;

window.initCookieConsent().run({
  ...base,
  current_lang: "de",
  languages: {
    de: {
      consent_modal: {
        title: "Cookies",
        description: "Wir bitten um Ihre Zustimmung. <a href='https://bibliothek.example/datenschutz'>Datenschutz</a>",
        primary_btn: { text: "Alle annehmen", role: "accept_all" },
        secondary_btn: { text: "Alle ablehnen", role: "accept_necessary" },
      },
      settings_modal: {
        title: "Einstellungen",
        save_settings_btn: "Speichern",
        accept_all_btn: "Alle annehmen",
        reject_all_btn: "Alle ablehnen",
        cookie_table_headers: [{ name: "Name" }, { lifetime: "Dauer" }, { purpose: "Zweck" }],
        blocks: [
          { title: "Notwendig", description: "Anmeldung.", toggle: toggle("notwendig", true), cookie_table: [cookie("sid", "Sitzung", "Anmeldung"), cookie("cc_cookie", "6 Monate", "Ihre Antwort")] },
          {
            title: "Statistik",
            description: "Besuche.",
            toggle: toggle("statistik"),
            cookie_table: [cookie("^_et_coid$", "2 Jahre", "etracker", { is_regex: true }), cookie("(BT_|cntcookie)", "50 Jahre", "etracker", { is_regex: true })],
          },
        ],
      },
    },
  },
});
