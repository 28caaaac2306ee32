/** Whether nobody is to be asked in this page. Part of charte.js and of engine.js. */

/** @returns {boolean} Whether the browser refuses already, by a signal of its own, all that this site asks for. */
const refusedByBrowser = () =>
  site.saleOnly && (navigator.globalPrivacyControl === true || (site.doNotTrack && navigator.doNotTrack === "1"));

/**
 * Whoever embeds a page in another did not ask for a second banner. Nothing is granted there.
 *
 * @returns {boolean}
 */
export const isSilent = () => window !== top || refusedByBrowser();
