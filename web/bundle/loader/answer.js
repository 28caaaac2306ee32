/** Has the site's own server set the answer's cookie once more. Part of release.js. */
import { page, warn } from "./page.js";

/** Milliseconds after which the server is no longer waited for. */
const PATIENCE_MS = 5000;

/** Ends the request that is under way. @type {AbortController | undefined} */
let last;

// What is no longer the answer must not come back into the jar.
page.addEventListener("charte:change", () => last?.abort());

/**
 * Safari deletes after a week what scripts have written; what a server sets stays
 * (https://webkit.org/blog/8613/intelligent-tracking-prevention-2-1/). Without the
 * server everything is as if there were none. The request ends with the page (no
 * keepalive): on the next page the visitor may answer otherwise, and a late response
 * would undo that.
 *
 * @param {string} value The cookie's, as it was written.
 * @param {HTMLElement} tag Its data-answer is a path of the page's own origin.
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
    const response = await fetch(new URL(tag.dataset.answer, location.href), {
      method: "POST",
      mode: "same-origin",
      redirect: "error",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(value),
      signal: own.signal,
    });
    if (!response.ok) throw new Error(String(response.status));
  } catch (error) {
    if (!own.signal.aborted) warn("the server has not kept the answer: " + error.message);
  } finally {
    clearTimeout(patience);
  }
};
