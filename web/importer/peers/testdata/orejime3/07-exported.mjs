const signals = { analytics: ["analytics_storage"], ads: ["ad_storage", "ad_user_data", "ad_personalization"] };

export const purposes = Object.entries(signals).map(([id, types]) => ({ id, title: id, googleConsentMode: { types } }));

export default {
  privacyPolicyUrl: "/privacy",
  purposes,
  lang: "de",
  translations: { banner: { accept: "Zustimmen", decline: "Ablehnen", configure: "Einstellen" } }
};
