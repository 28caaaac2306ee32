window.addEventListener("load", function () {
  var cookieconsent = initCookieConsent();
  cookieconsent.run({
    current_lang: "en",
    auto_language: "browser",
    autorun: true,
    delay: 500,
    mode: "opt-in",
    autoclear_cookies: true,
    page_scripts: true,
    remove_cookie_tables: false,
    force_consent: true,
    hide_from_bots: true,
    cookie_name: "gallery_cookies",
    cookie_expiration: 400,
    cookie_necessary_only_expiration: 30,
    cookie_domain: "gallery.example",
    cookie_path: "/",
    cookie_same_site: "Lax",
    use_rfc_cookie: true,
    revision: 2,
    script_selector: "data-consent",
    theme_css: "/css/cookieconsent.css",
    autoload_css: true,
    gui_options: {
      consent_modal: { layout: "cloud", position: "bottom center", transition: "slide", swap_buttons: true },
      settings_modal: { layout: "bar", position: "left", transition: "zoom" },
    },
    onFirstAction: function (user_preferences, cookie) {
      console.log(user_preferences.accept_type);
    },
    onAccept: function (cookie) {
      if (cookieconsent.allowedCategory("analytics")) cookieconsent.loadScript("/js/analytics.js", function () {});
    },
    onChange: function (cookie, changed_categories) {},
    onUpdate: function () {},
    languages: {
      en: {
        consent_modal: {
          title: "Cookies of the gallery",
          description: 'We ask first. <button type="button" data-cc="c-settings" class="cc-link">Let me choose</button> {{revision_message}}',
          revision_message: "<br> Our terms have changed.",
          primary_btn: { text: "Accept all", role: "accept_all" },
          secondary_btn: { text: "Settings", role: "settings" },
        },
        settings_modal: {
          title: "Cookie settings",
          save_settings_btn: "Save settings",
          accept_all_btn: "Accept all",
          reject_all_btn: "Refuse all",
          close_btn_label: "Close",
          cookie_table_caption: "Cookies",
          cookie_table_headers: [{ col1: "Name" }, { col2: "Provider" }, { col3: "Duration" }, { col4: "Purpose" }, { col5: "Type" }],
          blocks: [
            { title: "Use of cookies", description: 'All of it stands in the <a href="/privacy-policy" class="cc-link">privacy policy</a>.' },
            { title: "Strictly necessary", description: "The basket.", toggle: { value: "necessary", enabled: true, readonly: true } },
            {
              title: "Analytics",
              description: "Which pictures people look at.",
              toggle: { value: "analytics", enabled: true, readonly: false, reload: "on_disable" },
              cookie_table: [
                { col1: "^_pk_", col2: "Matomo", col3: "13 months", col4: "Counts visits", col5: "Cookie", is_regex: true, path: "/", domain: ".gallery.example" },
                { col1: "_hjid", col2: "Hotjar", col3: "1 year", col4: "Counts visits", col5: "Local storage" },
              ],
            },
            {
              title: "Targeting",
              description: "Posters elsewhere.",
              toggle: { value: "targeting", enabled: false, readonly: false, reload: "on_clear" },
              cookie_table: [{ col1: "_fbp", col2: "Meta", col3: "3 months", col4: "Recognises you", col5: "Cookie" }],
            },
            { title: "More", description: 'Please <a class="cc-link" href="#contact">write to us</a>.' },
          ],
        },
      },
    },
  });
});
