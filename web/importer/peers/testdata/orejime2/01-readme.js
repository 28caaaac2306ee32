var orejimeConfig = {
  appElement: "#app",
  privacyPolicy: "/confidentialite",
  lang: "fr",
  translations: { fr: { consentModal: { description: "Choisissez ce que nous mesurons." }, purposes: { analytics: "Mesure d'audience" } } },
  apps: [
    { name: "matomo", title: "Matomo", cookies: ["_pk_id", "_pk_ses"], purposes: ["analytics"], required: false, optOut: false, default: false, onlyOnce: true }
  ]
};
