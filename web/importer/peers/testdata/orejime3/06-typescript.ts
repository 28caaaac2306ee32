type Cookie = string | RegExp | [string | RegExp, string, string];
type Purpose = { id: string; title: string; description?: string; cookies: Cookie[]; isMandatory?: boolean; isExempt?: boolean };
type Group = { id: string; title: string; purposes: Purpose[] };

enum Id { Matomo = "matomo", Vimeo = "vimeo", Media = "media" }

const host = "example.org";
const purpose = (id: Id, title: string, cookies: Cookie[] = []): Purpose => ({ id, title, cookies });

const purposes: (Purpose | Group)[] = [
  { ...purpose(Id.Matomo, "Matomo", [[/^_pk_(id|ses)\./, "/", `.${host}`]]), isExempt: true },
  { id: Id.Media, title: "Media", purposes: [purpose(Id.Vimeo, "Vimeo", [/^vuid$/, /player/])] },
];

declare global { interface Window { orejimeConfig?: unknown } }

window.orejimeConfig = {
  purposes,
  privacyPolicyUrl: new URL("/privacy", `https://${host}`).pathname,
  cookie: { sameSite: "lax" as const, duration: 30 * 6 },
};
