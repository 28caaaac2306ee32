const consent = initCookieConsent();
const headers = (...names) => names.map((name, i) => ({ ["col" + (i + 1)]: name }));

consent.run({
  current_lang: document.documentElement.getAttribute("lang"),
  auto_language: "document",
  cookie_domain: location.hostname,
  languages: {
    fr: {
      consent_modal: {
        title: "Cookies du théâtre",
        description: "Votre accord est demandé.",
        primary_btn: { text: "Tout accepter", role: "accept_all" },
        secondary_btn: { text: "Tout refuser", role: "accept_necessary" },
      },
      settings_modal: {
        title: "Paramètres",
        save_settings_btn: "Enregistrer",
        accept_all_btn: "Tout accepter",
        reject_all_btn: "Tout refuser",
        close_btn_label: "Fermer",
        cookie_table_headers: headers("Nom", "Durée", "Finalité"),
        blocks: [
          { title: "Nécessaires", description: "Billetterie.", toggle: { value: "necessaires", enabled: true, readonly: true } },
          {
            title: "Vidéos",
            description: "Bandes-annonces.",
            toggle: { value: "videos", enabled: false, readonly: false },
            cookie_table: [{ col1: "VISITOR_INFO1_LIVE", col2: "6 mois", col3: "Débit de la vidéo" }],
          },
        ],
      },
    },
    en: {
      consent_modal: {
        title: "Cookies of the theatre",
        description: "We ask for your consent.",
        primary_btn: { text: "Accept all", role: "accept_all" },
        secondary_btn: { text: "Refuse all", role: "accept_necessary" },
      },
      settings_modal: {
        title: "Settings",
        save_settings_btn: "Save",
        accept_all_btn: "Accept all",
        reject_all_btn: "Refuse all",
        close_btn_label: "Close",
        cookie_table_headers: headers("Name", "Lifetime", "Purpose"),
        blocks: [
          { title: "Necessary", description: "Tickets.", toggle: { value: "necessaires", enabled: true, readonly: true } },
          {
            title: "Videos",
            description: "Trailers.",
            toggle: { value: "videos", enabled: false, readonly: false },
            cookie_table: [{ col1: "VISITOR_INFO1_LIVE", col2: "6 months", col3: "Speed of the video" }],
          },
        ],
      },
    },
  },
});
