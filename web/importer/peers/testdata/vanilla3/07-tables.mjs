// Two languages, and tables with rows whose columns sites name in their own way.
const rows = (texts) => [
  { cookie: "<code>_pk_id.*</code>", provider: "Matomo", finality: texts.id, lifetime: "13 months", kind: "HTTP cookie" },
  { cookie: "_pk_ses.<site>", provider: "Matomo", finality: texts.session, lifetime: "30 minutes", kind: "HTTP cookie" },
  { cookie: "_hjSession_{site_id}, _hjFirstSeen", provider: "Hotjar Ltd", finality: texts.heat, lifetime: "30 minutes", kind: "HTTP cookie" },
  { cookie: "cart:last", provider: "Hotjar Ltd", finality: texts.heat, lifetime: "persistent", kind: "Local Storage" },
  { cookie: "cart-offline", provider: "Hotjar Ltd", finality: texts.heat, lifetime: "persistent", kind: "IndexedDB" },
  { cookie: "several cookies of partners", provider: "Partners", finality: "?", lifetime: "?", kind: "?" },
  { cookie: "cc_cookie", provider: "us", finality: "your answer", lifetime: "6 months", kind: "HTTP cookie" },
];

const fr = { id: "Reconnaître un navigateur", session: "Relier les pages d'une visite", heat: "Voir où l'on clique" };
const en = { id: "Recognise a browser", session: "Link the pages of a visit", heat: "See where people click" };

const modal = (title, yes, no, headers, texts) => ({
  consentModal: { title, acceptAllBtn: yes, acceptNecessaryBtn: no },
  preferencesModal: {
    title,
    acceptAllBtn: yes,
    acceptNecessaryBtn: no,
    savePreferencesBtn: "OK",
    sections: [
      { title: headers.needed, linkedCategory: "needed", cookieTable: { headers: { a: headers.cookie, b: headers.finality }, body: [{ a: "sessionid", b: "Session" }] } },
      { title: headers.stats, linkedCategory: "stats", cookieTable: { headers, body: rows(texts) } },
      { title: "?", cookieTable: { headers: { name: "Name" }, body: [{ name: "lost" }] } },
    ],
  },
});

CookieConsent.run({
  categories: {
    needed: { readOnly: true },
    stats: { autoClear: { cookies: [{ name: /^_pk_/ }] } },
  },
  language: {
    default: "fr",
    translations: {
      fr: modal("Cookies", "Accepter", "Refuser", { cookie: "Cookie", provider: "Éditeur", finality: "Finalité", lifetime: "Durée", kind: "Type", needed: "Nécessaires", stats: "Mesure" }, fr),
      "en_GB": modal("Cookies", "Accept", "Refuse", { cookie: "Cookie", provider: "Provider", finality: "Purpose", lifetime: "Lifetime", kind: "Kind", needed: "Necessary", stats: "Statistics" }, en),
    },
  },
});
