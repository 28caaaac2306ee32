import { useEffect } from "react";
import "vanilla-cookieconsent";
import "vanilla-cookieconsent/dist/cookieconsent.css";
import config from "./config";

export const consentConfig = {
  current_lang: "it",
  autoclear_cookies: true,
  cookie_expiration: 182,
  languages: {
    it: {
      consent_modal: {
        title: "Cookie",
        description: "Chiediamo il consenso.",
        primary_btn: { text: "Accetta tutto", role: "accept_all" },
        secondary_btn: { text: "Rifiuta tutto", role: "accept_necessary" },
      },
      settings_modal: {
        title: "Preferenze",
        save_settings_btn: "Salva",
        accept_all_btn: "Accetta tutto",
        reject_all_btn: "Rifiuta tutto",
        close_btn_label: "Chiudi",
        cookie_table_headers: [{ nome: "Nome" }, { dominio: "Dominio" }, { scadenza: "Scadenza" }, { descrizione: "Descrizione" }],
        blocks: [
          {
            title: "Tecnici",
            description: "Sessione.",
            toggle: { value: "tecnici", enabled: true, readonly: true },
            cookie_table: [{ nome: "PHPSESSID", dominio: "negozio.example", scadenza: "sessione", descrizione: "La sessione" }],
          },
          {
            title: "Profilazione",
            description: "Pubblicità.",
            toggle: { value: "profilazione", enabled: false, readonly: false },
            cookie_table: [
              { nome: "_fbp", dominio: ".facebook.com", scadenza: "3 mesi", descrizione: "Riconosce il browser" },
              { nome: "fr", dominio: ".facebook.com", scadenza: "3 mesi", descrizione: "Riconosce il browser" },
            ],
          },
        ],
      },
    },
  },
};

export default function CookieConsent() {
  useEffect(() => {
    if (!document.getElementById("cc--main")) {
      window.CookieConsentApi = window.initCookieConsent();
      window.CookieConsentApi.run(consentConfig);
    }
  }, []);
  return null;
}
