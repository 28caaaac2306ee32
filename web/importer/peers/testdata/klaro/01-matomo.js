// The smallest configuration that a town's site needs.
var klaroConfig = {
  version: 1,
  lang: "fr",
  acceptAll: true,
  translations: {
    zz: { privacyPolicyUrl: "/donnees-personnelles" },
    fr: {
      consentNotice: { title: "Mesure d'audience", description: "Nous aimerions compter les visites ({purposes}).", learnMore: "Choisir" },
      ok: "Tout accepter",
      decline: "Tout refuser",
      purposes: { audience: "Mesure d'audience" },
      matomo: { title: "Matomo", description: "Compte les visites, sur nos serveurs" }
    }
  },
  services: [
    { name: "matomo", purposes: ["audience"], cookies: [/^_pk_/, "mtm_consent"], default: false }
  ]
};
