import { getOrCreateConsentRuntime } from "c15t";

getOrCreateConsentRuntime({
  enabled: false,
  mode: "custom",
  endpointHandlers: {
    init: async () => ({ ok: true }),
    setConsent: async () => ({ ok: true }),
  },
  store: {
    initialConsentCategories: ["necessary", "functionality"],
    legalLinks: { cookiePolicy: { href: window.COOKIE_PAGE } },
    callbacks: { onConsentSet() {} },
    unheardOf: true,
  },
  anotherOption: [],
});
