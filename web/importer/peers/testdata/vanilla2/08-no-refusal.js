var cc = initCookieConsent();
cc.run({
  current_lang: "pt",
  languages: {
    pt: {
      consent_modal: {
        title: "Cookies",
        description: "Usamos cookies.",
        primary_btn: { text: "Aceitar", role: "accept_all" },
        secondary_btn: { text: "Definições", role: "settings" },
      },
      settings_modal: {
        title: "Definições",
        save_settings_btn: "Guardar",
        accept_all_btn: "Aceitar tudo",
        blocks: [
          { title: "Necessários", description: "Sessão.", toggle: { value: "necessary", enabled: true, readonly: true } },
          { title: "Medição", description: "Visitas.", toggle: { value: "medicao", enabled: false, readonly: false } },
        ],
      },
    },
  },
});
