/** Says in which pages nobody is asked. Part of charte.js and of engine.js. */

/** @returns {boolean} Whether the browser refuses all that this site asks for, by a signal of its own. */
const refusedByBrowser = () =>
  site.saleOnly && (navigator.globalPrivacyControl === true || (site.doNotTrack && navigator.doNotTrack === "1"));

/**
 * Whether nobody is to be asked in this page. That is so if another page embeds it, which
 * must not get a second banner, or if the browser refuses already. Nothing is granted then.
 *
 * @returns {boolean}
 */
export const isSilent = () => window !== top || refusedByBrowser();
