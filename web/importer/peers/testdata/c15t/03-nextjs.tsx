"use client";
// One banner in two parts: the provider of the server, and what only the browser knows.
import { ConsentBanner, ConsentDialog, ConsentManagerProvider } from "@c15t/nextjs";
import { ClientSideOptionsProvider } from "@c15t/nextjs/client";
import { posthogConsent } from "@c15t/scripts/posthog";
import { tiktokPixel } from "@c15t/scripts/tiktok-pixel";

export const Layout = () => (
  <ConsentManagerProvider
    options={{
      mode: "c15t",
      backendURL: process.env.NEXT_PUBLIC_C15T_URL,
      consentCategories: ["necessary", "marketing"],
      translations: {
        defaultLanguage: "de",
        disableAutoLanguageSwitch: true,
        translations: {
          de: {
            common: { acceptAll: "Alle annehmen", rejectAll: "Alle ablehnen", customize: "Auswählen", save: "Speichern" },
            cookieBanner: { title: "Cookies", description: "Wir fragen. <a href='/datenschutz'>Datenschutz</a>" },
            consentTypes: { marketing: { title: "Werbung", description: "Werbung für uns." }, experience: { title: "Erlebnis" } },
          },
        },
      },
    }}
  >
    <ClientSideOptionsProvider
      scripts={[posthogConsent(), tiktokPixel({ pixelId: "C4ABC", script: { onLoad: () => {} } })]}
      callbacks={{ onConsentSet: () => {} }}
    >
      <ConsentBanner
        title="Cookies"
        description="Wir fragen vorher."
        acceptButtonText="Alle annehmen"
        rejectButtonText="Alle ablehnen"
        layout={["accept", ["reject", "customize"]]}
        primaryButton="accept"
        legalLinks={["privacyPolicy"]}
        hideBranding
        scrollLock={false}
      />
      <ConsentDialog hideBranding />
      <main />
    </ClientSideOptionsProvider>
  </ConsentManagerProvider>
);

