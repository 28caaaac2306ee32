// What people write by mistake.
window.orejimeConfig = {
  elementID: "orejime",
  appElement: "#app",
  cookieName: "",
  cookieExpiresAfterDays: "365",
  cookieDomain: "localhost",
  privacyPolicy: "",
  mustConsent: "false",
  theme: "dark",
  apps: [
    { title: "Without a name", cookies: ["x"] },
    { name: "all", title: "Everything", cookies: [/.*/, /^/, "", null, 3], purposes: "stats", default: "true" },
    { name: "ga", title: "Analytics", cookies: "_ga", purposes: [null, "stats"], optOut: getFlag("optOut") },
    getApp("more"),
    null
  ],
  categories: {},
  translations: []
};
