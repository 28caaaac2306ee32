import * as klaro from "klaro/dist/klaro-no-css";

enum Purpose {
  Statistics = "statistics",
  Media = "media",
}

interface Service {
  name: string;
  title: string;
  purposes: Purpose[];
  cookies?: (string | RegExp | [string | RegExp, string, string])[];
  contextualConsentOnly?: boolean;
}

const PREFIX = "_hj";

function service(name: string, title: string, purpose: Purpose, cookies: Service["cookies"] = []): Service {
  return { name, title, purposes: [purpose], cookies };
}

const config = {
  version: 1,
  lang: document.documentElement.lang,
  storageMethod: "localStorage",
  storageName: "choices",
  hideDeclineAll: false,
  acceptAll: true,
  translations: {
    en: {
      privacyPolicyUrl: "https://www.example.org/privacy",
      consentModal: { title: "Your choices", description: "All of it is up to you." },
      purposes: { [Purpose.Statistics]: "Statistics", [Purpose.Media]: { title: "Media" } },
    },
  },
  services: [
    service("hotjar", "Hotjar", Purpose.Statistics, [new RegExp(`^${PREFIX}`)]),
    { ...service("youtube", "YouTube", Purpose.Media), contextualConsentOnly: true },
  ] satisfies Service[],
};

klaro.setup(config);
