import { useEffect } from "react";
import { setup, show } from "klaro";

const texts = {
  sv: { ok: "Godkänn alla", decline: "Neka alla", consentNotice: { learnMore: "Inställningar" }, purposes: { analytics: "Statistik" } },
};

const config = {
  elementID: "cookies",
  translations: texts,
  services: [
    { name: "clarity", title: "Microsoft Clarity", purposes: ["analytics"], cookies: ["_clck", "_clsk"], callback: (consent) => window.clarity?.("consent", consent) },
    { name: "everything", purposes: ["analytics"], cookies: [/.*/, /^(_fbp|fr)$/, "_ga*"] },
  ],
};

export default function Cookies() {
  useEffect(() => setup(config), []);
  return <button onClick={() => show(config, true)}>Cookies</button>;
}
