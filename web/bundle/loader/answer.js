/** Has the site's own server set the answer's cookie again. Part of release.js. */
import { page, warn } from "./page.js";

/** Milliseconds after which the loader stops waiting for the server. */
const PATIENCE_MS = 5000;

/** Ends the request that is under way. @type {AbortController | undefined} */
let last;

// When the answer changes, a late response to the old one must not set its cookie again.
page.addEventListener("charte:change", () => last?.abort());

/**
 * Sends the answer to the server, which sets its cookie again.
 *
 * Safari deletes cookies that scripts have written after a week, and keeps those that a
 * server sets (https://webkit.org/blog/8613/intelligent-tracking-prevention-2-1/). If the
 * server fails, the cookie stays as the script wrote it. The request ends with the page
 * (no keepalive): the visitor may answer otherwise on the next page, and a late response
 * would undo that.
 *
 * @param {string} value The cookie's, as it was written.
 * @param {HTMLElement} tag The script's. Its data-answer is a path of the page's own origin.
 * @returns {Promise<void>} Settled when the server has answered, or nobody waits for it any more.
 */
export const send = async (value, tag) => {
  last?.abort();
  // While this file was loading, the visitor may have given another answer, or taken this
  // one back.
  if (!page.cookie.split("; ").includes("cookies_preferences=" + value)) return;
  const own = (last = new AbortController());
  const patience = setTimeout(() => own.abort(), PATIENCE_MS);
  try {
    const response = await fetch(new URL(/** @type {string} */ (tag.dataset.answer), location.href), {
      method: "POST",
      mode: "same-origin",
      redirect: "error",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(value),
      signal: own.signal,
    });
    if (!response.ok) throw new Error(String(response.status));
  } catch (error) {
    if (!own.signal.aborted) warn("the server has not kept the answer: " + /** @type {Error} */ (error).message);
  } finally {
    clearTimeout(patience);
  }
};
