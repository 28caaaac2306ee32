initCookieConsent().run({
  mode: "opt-out",
  current_lang: "en",
  autoclear_cookies: false,
  languages: {
    en: {
      consent_modal: {
        title: "We use cookies",
        description: "By going on you accept them.",
        primary_btn: { text: "Fine", role: "accept_selected" },
        secondary_btn: { text: "Settings", role: "settings" },
      },
      settings_modal: {
        title: "Settings",
        save_settings_btn: "Save",
        accept_all_btn: "Accept all",
        blocks: [
          { title: "Needed", description: "Session.", toggle: { value: "necessary", enabled: true, readonly: true } },
          { title: "Statistics", description: "Visits.", toggle: { value: "stats", enabled: true, readonly: false } },
          { title: "Ads", description: "Advertising.", toggle: { value: "ads", enabled: true, readonly: true }, cookie_table: [{ name: "IDE" }, { name: "_gcl_au" }] },
        ],
      },
    },
  },
});
