// Every option of the README and of the types.
var orejimeConfig = {
  privacyPolicyUrl: "https://www.example.org/privacy",
  purposes: [
    {
      id: "google-tag-manager",
      title: "Google Tag Manager",
      description: "Puts tags into the page.",
      cookies: ["_ga", "_gat", "_gid", "__utma", "_gat_gtag_" + "UA-1", "/^_gat_/i"],
      isMandatory: false,
      isExempt: false,
      default: true,
      runsOnce: true,
      googleConsentMode: { types: ["analytics_storage"], default: true }
    },
    {
      id: "inline-tracker",
      title: "Inline tracker",
      cookies: ["inline-tracker", ["cookieName", "/blog", "." + location.hostname], [/^other_/, "/", "test.example.org"]]
    },
    { id: "external-tracker", title: "External tracker", cookies: ["external-tracker"], isMandatory: true },
    { id: "audience", title: "Audience", cookies: ["own_stats"], isExempt: true },
    {
      id: "advertising",
      title: "Advertising",
      description: "It pays for the site.",
      purposes: [
        { id: "pixel", title: "Meta Pixel", cookies: ["_fbp"], googleConsentMode: { types: ["ad_storage", "ad_user_data"] } },
        { id: "criteo", title: "Criteo", cookies: [] }
      ]
    }
  ],
  forceModal: false,
  forceBanner: true,
  lang: "en",
  theme: "dsfr",
  logo: { src: "/img/logo.png", alt: "The museum" },
  orejimeElement: "#orejime",
  contextual: { defaultTitleLevel: 3 },
  cookie: {
    name: "orejime",
    duration: 365,
    domain: "example.org",
    sameSite: "strict",
    stringify: (contents) => JSON.stringify(contents),
    parse: (cookie) => JSON.parse(cookie)
  },
  translations: {
    banner: {
      title: "Cookies",
      description: "We would like: {purposes}. More in our {privacyPolicy}.",
      privacyPolicyLabel: "privacy policy",
      accept: "Accept",
      acceptTitle: "Accept all cookies",
      decline: "Decline",
      declineTitle: "Decline what is not needed",
      configure: "Choose",
      configureTitle: "Choose cookies"
    },
    modal: {
      title: "Your cookies",
      description: "See <a href='/cookies'>the list</a>.",
      privacyPolicyLabel: "privacy policy",
      close: "Close",
      closeTitle: "Close the choices",
      globalPreferences: "All services",
      acceptAll: "Accept all",
      declineAll: "Decline all",
      save: "Save",
      saveTitle: "Save my choices"
    },
    contextual: {
      title: "“{purpose}” is off",
      description: "Accept it to see what stands here.",
      privacyPolicyLabel: "privacy policy",
      accept: "Accept and show",
      acceptTitle: "Accept {purpose}",
      accepted: "Thank you"
    },
    purpose: {
      mandatory: "always on",
      mandatoryTitle: "It is always on",
      exempt: "on",
      exemptTitle: "It is on until you say no",
      showMore: "More",
      accept: "Accept",
      decline: "Decline",
      enabled: "on",
      disabled: "off",
      partial: "partly"
    },
    misc: { newWindowTitle: "new window", updateNeeded: "The list has changed.", poweredBy: "Made with Orejime" }
  }
};
