import CookieConsent from "vanilla-cookieconsent";

CookieConsent.run({
  categories: {
    necessary: { enabled: true, readOnly: true },
    analytics: { services: { umami: {} } },
  },
  language: {
    default: "es",
    translations: {
      es: {
        consentModal: {
          title: "Usamos cookies",
          description: "Para contar las visitas.",
          acceptAllBtn: "Aceptar",
          acceptNecessaryBtn: "",
          showPreferencesBtn: "Configurar",
        },
        preferencesModal: {
          title: "Configuración",
          acceptAllBtn: "Aceptar todo",
          savePreferencesBtn: "Guardar",
          sections: [{ title: "Análisis", description: "Visitas.", linkedCategory: "analytics" }],
        },
      },
      ca: {
        consentModal: { title: "Fem servir galetes", description: "Per comptar les visites.", acceptAllBtn: "Accepta", showPreferencesBtn: "Configura" },
        preferencesModal: { title: "Configuració", acceptAllBtn: "Accepta-ho tot", savePreferencesBtn: "Desa", sections: [] },
      },
    },
  },
});
