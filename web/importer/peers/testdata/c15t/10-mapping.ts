import { createConsentManager } from "c15t";
import { googleTagManager } from "@c15t/scripts/google-tag-manager";
import * as scripts from "@c15t/scripts";

const config = {
  backendURL: "/api/c15t",
  consentCategories: ["necessary", "measurement", "marketing"] as const,
  storageConfig: { crossSubdomain: true, defaultExpiryDays: 180 },
  scripts: [
    googleTagManager({
      id: "GTM-MAP0001",
      consentMapping: { measurement: ["analytics_storage", "not_a_type"], marketing: ["ad_storage"] },
    }),
    scripts.matomoAnalytics({ siteId: 3, matomoUrl: "https://stats.ville.example/" }),
    scripts.plausibleAnalytics({ domain: "ville.example" }),
  ],
};

createConsentManager(config);
