import Orejime from "orejime";
import "orejime/dist/orejime.css";

interface App { name: string; title: string; cookies: (string | RegExp)[]; purposes: string[]; required?: boolean; default?: boolean }

const enum Purpose { Audience = "audience", Reseaux = "reseaux" }

const app = (name: string, title: string, purpose: Purpose, ...cookies: (string | RegExp)[]): App => ({ name, title, cookies, purposes: [purpose] });

const apps: App[] = [
  app("xiti", "AT Internet", Purpose.Audience, "atuserid", /^at(id|auth)/),
  { ...app("twitter", "Twitter", Purpose.Reseaux), default: true },
];

Orejime.init({
  apps,
  elementID: "consent",
  cookieDomain: "example.fr",
  privacyPolicy: { fr: "/vie-privee", default: "/privacy" },
  translations: { fr: { purposes: { [Purpose.Audience]: "Audience", [Purpose.Reseaux]: "Réseaux sociaux" } } },
} as const);
