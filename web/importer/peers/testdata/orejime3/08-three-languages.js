// One page in three languages: the texts are chosen before the banner starts.
var texts = {
  fr: { banner: { accept: "Accepter", decline: "Refuser" }, modal: { close: "Fermer" } },
  en: { banner: { accept: "Accept", decline: "Decline" } },
  oc: null
};
window.orejimeConfig = {
  privacyPolicyUrl: { fr: "/vie-privee", en: "/privacy" },
  implicitConsent: false,
  purposes: [{ id: "hotjar", title: "Hotjar", cookies: [/^_hj/], default: false }],
  translations: texts
};
