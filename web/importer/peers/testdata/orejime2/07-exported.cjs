// Two files of a site share it: the page and its tests.
module.exports = {
  privacyPolicy: "/privacy",
  parseCookie: null,
  stringifyCookie: undefined,
  categories: [
    { name: "needed", title: "Needed", apps: ["login"] },
    { name: "media", title: "Media", description: "Videos and maps", apps: ["youtube", "maps", "login"] }
  ],
  apps: [
    { name: "login", title: "Log-in", cookies: ["sessionid"], required: true },
    { name: "youtube", title: "YouTube", description: "Videos of <a href='https://policies.google.com/privacy'>Google</a>", cookies: ["VISITOR_INFO1_LIVE"] },
    { name: "maps", title: "Maps", cookies: undefined, isExempt: false }
  ]
};
