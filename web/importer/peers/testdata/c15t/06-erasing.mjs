import { createConsentRuntime } from "c15t/runtime";
import { hosted } from "c15t";

const runtime = createConsentRuntime({
  mode: hosted({ url: "/api/c15t" }),
  consentCategories: ["measurement"],
  clearOnRevocation: {
    measurement: {
      cookies: ["_ga", "_ga_*", { name: "checkout-metrics", domain: "", path: "/checkout" }],
      localStorage: ["analytics:*"],
    },
    marketing: {
      cookies: ["_fbp", { name: "partner", domain: "shop.example", partitioned: true }],
      sessionStorage: ["campaign-id"],
    },
    unknown: { cookies: ["x"] },
  },
  reloadOnConsentRevoked: false,
  vendors: [{ id: "google", name: "Google", category: "measurement" }],
});
runtime.start();
