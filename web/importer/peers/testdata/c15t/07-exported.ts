import type { ConsentManagerOptions } from "@c15t/react";
import { gtag } from "@c15t/scripts/google-tag";
import { linkedinInsights } from "@c15t/scripts/linkedin-insights";
import { microsoftUet } from "@c15t/scripts/microsoft-uet";
import { xPixel } from "@c15t/scripts/x-pixel";
import { databuddy } from "@c15t/scripts/databuddy";

export const c15tConfig = {
  mode: "hosted",
  backendURL: "https://agency.c15t.dev",
  legalLinks: { privacyPolicy: { href: "https://agency.example/privacy" } },
  react: { theme: { "banner.root": "bg-white" }, disableAnimation: true, scrollLock: false, trapFocus: true, colorScheme: "system", noStyle: true },
  scripts: [
    gtag({ id: "G-ABCDEFG", category: "measurement", script: { onLoad: () => {} } }),
    gtag({ id: "AW-1234567", category: "marketing" }),
    linkedinInsights({ id: "98765" }),
    microsoftUet({ id: "5432" }),
    xPixel({ pixelId: "qjlz8" }),
    databuddy({ clientId: "3ed1fce1", enabled: true }),
  ],
} satisfies ConsentManagerOptions;
