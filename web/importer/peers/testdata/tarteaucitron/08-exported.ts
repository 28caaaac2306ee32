// The options alone, for a component that passes them on.
export const consent = {
  privacyUrl: "/privacy",
  hashtag: "#consent",
  cookieName: "club",
  orientation: "bottom" as const,
  showAlertSmall: false,
  cookieslist: false,
  highPrivacy: true,
  handleBrowserDNTRequest: true,
};
