var cc = initCookieConsent();

cc.run({
  current_lang: "en",
  autoclear_cookies: true,
  page_scripts: true,
  languages: {
    en: {
      consent_modal: {
        title: "Cookies of the choir",
        description: "We count who reads the concert dates.",
        primary_btn: { text: "Accept", role: "accept_all" },
        secondary_btn: { text: "Refuse", role: "accept_necessary" },
      },
      settings_modal: {
        title: "Settings",
        save_settings_btn: "Save",
        accept_all_btn: "Accept",
        reject_all_btn: "Refuse",
        close_btn_label: "Close",
        cookie_table_headers: [{ col1: "Name" }, { col2: "Domain" }, { col3: "Expiration" }, { col4: "Description" }],
        blocks: [
          { title: "About", description: "Cookies are small texts." },
          { title: "Needed", description: "Tickets.", toggle: { value: "necessary", enabled: true, readonly: true } },
          {
            title: "Statistics",
            description: "Visits.",
            toggle: { value: "analytics", enabled: false, readonly: false },
            cookie_table: [
              { col1: "^_ga", col2: "google.com", col3: "2 years", col4: "Tells visitors apart", is_regex: true },
              { col1: "_gid", col2: "google.com", col3: "1 day", col4: "Tells visitors apart" },
            ],
          },
        ],
      },
    },
  },
});
