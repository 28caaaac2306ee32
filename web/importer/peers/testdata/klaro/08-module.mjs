import { ready } from "./page.mjs";

const statistics = ["matomo", "hotjar"].map((name) => ({ name, purposes: ["statistics"], default: true }));

export const klaroConfig = {
  styling: {},
  translations: {
    it: { acceptAll: "Accetta tutto", decline: "Rifiuta tutto", close: "Chiudi", purposes: { statistics: "Statistiche" } },
    es: null
  },
  services: [...statistics, { name: "recaptcha", title: "reCAPTCHA", purposes: [], cookies: ["_GRECAPTCHA"], required: true }]
};

ready(() => window.klaro.render(klaroConfig));
