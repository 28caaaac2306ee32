const lang = process.env.SITE_LANG || "en";

module.exports = {
  current_lang: lang,
  autorun: false,
  force_consent: false,
  languages: {
    en: {
      consent_modal: {
        title: "Cookies",
        description: "We ask.",
        primary_btn: { text: "Accept", role: "accept_all" },
        secondary_btn: { text: "Refuse", role: "accept_necessary" },
        extra_btn: { text: "?" },
      },
      settings_modal: {
        title: "Settings",
        save_settings_btn: "Save",
        accept_all_btn: "Accept",
        cookie_table_headers: [{ id: "Cookie" }, { company: "Company" }, { why: "Why" }, { misc: "Remark" }],
        blocks: [
          {
            title: "Media",
            description: "Videos.",
            toggle: { value: "media", enabled: false, readonly: false },
            cookie_table: [
              { id: "YSC", company: "YouTube", why: "Counts plays", misc: "-" },
              { id: "vuid", company: "Vimeo", why: "Counts plays", misc: "-" },
            ],
          },
          { title: "No category", description: "Left over.", toggle: { enabled: true }, cookie_table: [{ id: "x" }] },
        ],
      },
    },
    fr: getFrench,
  },
};

function getFrench() {
  return {};
}
