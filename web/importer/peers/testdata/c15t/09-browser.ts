import { init } from "@c15t/browser";
import { posthog } from "@c15t/scripts/posthog";
import { someTool } from "@c15t/scripts/some-tool";

enum Need {
  Count = "measurement",
  Sell = "marketing",
}

const own = (id: string, category: Need, src = `https://cdn.${id}.example/tag.js`) => ({ id, category, src, vendor: id.toUpperCase() });

init({
  mode: "hosted",
  backendURL: "https://blog.c15t.dev",
  consentCategories: Object.values(Need),
  scripts: [
    posthog({ id: "phc_key", apiHost: "https://eu.i.posthog.com", loadMode: "after-consent" }),
    someTool({ key: "k" }),
    own("counter", Need.Count),
    own("seller", Need.Sell),
    window.MORE_SCRIPTS,
    { src: "/local.js" },
  ],
  i18n: {
    locale: navigator.language,
    messages: {
      sv: { cookieBanner: { title: "Kakor", description: "Vi frågar." }, common: { acceptAll: "Godkänn alla", rejectAll: "Neka alla" } },
      nb: window.NORWEGIAN,
    },
  },
  ui: { theme: { colors: { primary: "#800080" } }, css: ".x { color: red }" },
  presentation: { prompt: { position: "bottom-left" } },
  consentSource: window.otherBanner,
});
