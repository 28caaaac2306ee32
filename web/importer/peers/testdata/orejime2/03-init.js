// Started by hand, without categories.
(function () {
  var statistics = { name: "piwik", title: "Piwik", purposes: ["statistics"], cookies: [/^_pk_/], optOut: true };
  Orejime.init({
    appElement: document.querySelector("main"),
    privacyPolicy: "#",
    mustConsent: true,
    logo: true,
    translations: { en: { purposes: { statistics: "Statistics" }, accept: "OK for me", decline: "No thanks" } },
    apps: [statistics, { name: "youtube", title: "YouTube", purposes: ["video"], cookies: [] }]
  });
})();
