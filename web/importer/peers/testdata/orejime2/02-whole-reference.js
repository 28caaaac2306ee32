// Every option of the README and of the texts that can be replaced.
const GTM_UA = "UA-1234-5";
window.orejimeConfig = {
  elementID: "orejime",
  appElement: "#app",
  stylePrefix: "orejime",
  cookieName: "consentement",
  cookieExpiresAfterDays: 500,
  cookieDomain: ".example.fr",
  stringifyCookie: (contents) => JSON.stringify(contents),
  parseCookie: function (cookie) { return JSON.parse(cookie); },
  privacyPolicy: "https://www.example.fr/donnees-personnelles",
  default: true,
  mustConsent: false,
  mustNotice: true,
  implicitConsent: true,
  poweredBy: "https://www.example.fr/",
  lang: "fr",
  logo: { src: "/img/logo.png", alt: "Ville" },
  debug: false,
  noAutoLoad: true,
  translations: {
    fr: {
      consentModal: {
        title: "Les informations que nous collectons",
        description: "Ici, vous choisissez.\n",
        privacyPolicy: { name: "politique de confidentialité", text: "Lisez notre {privacyPolicy}.\n" }
      },
      consentNotice: {
        title: "Cookies",
        description: "Nous mesurons : {purposes}.\n",
        changeDescription: "La liste a changé.",
        learnMore: "En savoir plus"
      },
      accept: "Accepter",
      acceptTitle: "Accepter tous les cookies",
      acceptAll: "Tout accepter",
      save: "Sauvegarder",
      saveData: "Sauvegarder ma configuration",
      decline: "Refuser",
      declineAll: "Tout refuser",
      close: "Fermer",
      enabled: "Activé",
      disabled: "Désactivé",
      app: {
        optOut: { title: "(opt-out)", description: "Chargé d'office" },
        required: { title: "(toujours requis)", description: "Toujours requis" },
        purposes: "Utilisations",
        purpose: "Utilisation"
      },
      poweredBy: "Propulsé par Orejime",
      newWindow: "nouvelle fenêtre",
      purposes: { analytics: "Mesure", security: "Sécurité" },
      categories: { mesure: { title: "Mesure d'audience", description: "Compter <em>les visites</em>" } },
      "google-tag-manager": { title: "Google Tag Manager", description: "Gère les balises" },
      "inline-tracker": { description: "Un script dans la page" },
      "gone": { description: "Il n'y est plus" }
    },
    en: { accept: "Accept", decline: "Refuse", "inline-tracker": { description: "A script of the page" } }
  },
  categories: [
    { name: "mesure", title: "Mesure", description: "Tout ce qui compte", apps: ["google-tag-manager", "inline-tracker"] },
    { name: "autres", title: "Autres", apps: ["external-tracker", "absent"] },
    { name: "vide", title: "Vide", apps: [] }
  ],
  apps: [
    {
      name: "google-tag-manager",
      title: "Google Tag Manager",
      description: "Gère les balises",
      cookies: ["_ga", "_gat", "_gid", "__utma", "_gat_gtag_" + GTM_UA, "/^_gat_UA-/i"],
      purposes: ["analytics"],
      callback: function (consent, app) { console.log(app.name, consent); },
      required: false,
      optOut: false,
      default: true,
      onlyOnce: true
    },
    {
      name: "inline-tracker",
      title: "Script dans la page",
      purposes: ["analytics"],
      cookies: ["inline-tracker", ["inline-blog", "/blog", "." + location.hostname], [/^inline_/, "/", "test.example.fr"]]
    },
    { name: "external-tracker", title: "Script d'ailleurs", purposes: ["analytics", "security"], cookies: ["external-tracker"], required: true }
  ]
};
