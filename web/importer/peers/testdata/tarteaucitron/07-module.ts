import "tarteaucitronjs/tarteaucitron.js";

interface Options { [name: string]: string | boolean }
enum Place { Top = "top", Bottom = "bottom" }
const production = import.meta.env.PROD;

declare const tarteaucitron: any;

const options = {
  privacyUrl: "https://www.harbour.example/privacy",
  orientation: Place.Bottom,
  cookieName: "harbour",
  hashtag: "#cookies",
  googleConsentMode: true,
  softConsentMode: true,
  ...(production ? { cookieDomain: ".harbour.example" } : {}),
} satisfies Options;

const services: Record<string, string> = { multiplegtag: "", crisp: "crispID", tawkto: "tawktoId" };

tarteaucitron.init(options);
tarteaucitron.user.multiplegtagUa = ["G-AAAA1111", "G-BBBB2222"];
tarteaucitron.user.crispID = "01234567-89ab-cdef-0123-456789abcdef";
tarteaucitron.user.tawktoId = "0123456789abcdef01234567";
tarteaucitron.user.tawktoWidgetId = "default";
for (const key of Object.keys(services)) {
  (tarteaucitron.job = tarteaucitron.job || []).push(key);
}
tarteaucitron.events.load = () => document.body.classList.add("ready");
