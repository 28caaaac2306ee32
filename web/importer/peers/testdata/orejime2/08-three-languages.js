const texts = {
  ca: { accept: "Accepta", decline: "Rebutja", close: "Tanca", purposes: { a: "Anàlisi" } },
  oc: { accept: "Acceptar", decline: "Refusar", consentNotice: { learnMore: "Ne saber mai" } },
  es: { acceptAll: "Aceptar todo", declineAll: "Rechazar todo", save: "Guardar", consentModal: { title: "Ajustes" }, stats: { title: "Estadísticas", description: "Cuenta visitas" } }
};
window.orejimeConfig = {
  lang: document.documentElement.lang || "ca",
  default: false,
  translations: Object.assign({}, texts),
  apps: [{ name: "stats", title: "Stats", purposes: ["a"], cookies: [["_s", "/"], ["_t"]] }]
};
