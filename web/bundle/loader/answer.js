/** Has the site's own server set the answer's cookie again. Part of release.js. */
import { page, warn } from "./page.js";

/** Milliseconds after which the server is no longer waited for. */
const PATIENCE_MS = 5000;

/** Ends the request that is under way. @type {AbortController | undefined} */
let last;

// The answer is another now: the old one must not come back with a late response.
page.addEventListener("charte:change", () => last?.abort());

/**
 * Sends the answer to the server, which sets its cookie again.
 *
 * Safari deletes after a week the cookies that scripts have written, and keeps those that
 * a server sets (https://webkit.org/blog/8613/intelligent-tracking-prevention-2-1/). Where
 * the server fails, everything is as if there were none. The request ends with the page
 * (no keepalive): on the next page the visitor may answer otherwise, and a late response
 * would undo that.
 *
 * @param {string} value The cookie's, as it was written.
 * @param {HTMLElement} tag The script's. Its data-answer is a path of the page's own origin.
 * @returns {Promise<void>} Settled when the server has answered, or is given up.
 */
export const send = async (value, tag) => {
  last?.abort();
  // This file may have come after the next answer, or after the visitor took
  // this one back.
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
