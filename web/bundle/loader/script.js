/** Makes an inert, gated script run as if it had never been gated. */
import { page } from "./page.js";

/** Scripts that have run or are about to run, and elements that are never released. @type {WeakSet<Element>} */
export const over = new WeakSet();

/** Scripts of the page's body that have run, by the mark on their tags. @type {Record<string, WeakRef<Element>>} */
const marked = {};

/**
 * @param {HTMLElement} element
 * @returns {boolean} Whether it is a copy of a script that has run and is still in the page. A
 *   carousel that repeats its pictures makes such copies. Browsers do not run them either.
 */
export const isCopy = ({ dataset }) => !!marked[/** @type {string} */ (dataset.charteRan)]?.deref()?.isConnected;

/** @type {TrustedTypePolicy | undefined} */
let policy;

/**
 * Turns a text into the object that pages under `require-trusted-types-for 'script'` require
 * in place of a script's text or address. The policy is made when the first script is
 * released. If the page forbids the policy, the browser refuses the script.
 *
 * @param {"createScript" | "createScriptURL"} create
 * @param {string} text
 * @returns {string}
 */
const trusted = (create, text) => {
  const same = (/** @type {string} */ text) => text;
  try {
    policy ||= trustedTypes.createPolicy("charte", { createScript: same, createScriptURL: same });
  } catch {} // no Trusted Types, or no policy of this name
  return policy ? policy[create](text) : text;
};

/**
 * @param {HTMLScriptElement} script
 * @returns {HTMLScriptElement} A new script like it, which runs when it is put into the page.
 *   Scripts that innerHTML or DOMParser made never run, and neither do their clones.
 */
export const fresh = (script) => {
  const copy = page.createElement("script");
  for (const { name, value } of script.attributes) {
    let safe = value;
    if (name === "src") safe = trusted("createScriptURL", value);
    if (name.startsWith("on")) safe = trusted("createScript", value);
    copy.setAttribute(name, safe);
  }
  // Browsers hide a nonce from getAttribute once the element is in the document.
  copy.nonce = script.nonce;
  copy.text = trusted("createScript", /** @type {string} */ (script.textContent));
  return copy;
};

/**
 * Replaces an inert script by one that runs.
 *
 * @param {HTMLScriptElement} inert
 * @param {string | null} src Its address, or null if its text is in the page.
 * @param {typeof import("./replay.js").replay} [replay] For a script that runs late.
 * @returns {Promise<void>} Settled when the next script may run.
 */
export const run = async (inert, src, replay) => {
  const PATIENCE_MS = 5000; // how long a script that neither loads nor fails may delay the next
  const script = fresh(inert);
  /** @type {(() => void) | undefined} */
  let heard;
  try {
    heard = replay?.(script);
  } catch {} // the page has frozen what replay changes, so the script does not hear of past events
  try {
    script.type = inert.dataset.type || "text/javascript";
    // The script stays async, as scripts are that a parser did not make. In the browser's own order, one that hangs would stop the next for good.
    if (src) script.src = trusted("createScriptURL", src);
    over.add(script);
    if (page.body.contains(inert)) {
      // Scripts in the head get no mark, because Turbo compares tags there letter by letter. The
      // mark is random, so that no other page has the same: htmx keeps copies of pages that are
      // gone. (The number becomes a text where it is used.)
      const mark = /** @type {string} */ (/** @type {unknown} */ (Math.random()));
      script.dataset.charteRan = mark;
      marked[mark] = new WeakRef(script);
    }
    inert.replaceWith(script);
    // The tag becomes inert again, while the script goes on. If Turbo or htmx puts a copy of the
    // page back from a cache, the copy of the tag waits for consent, too.
    script.type = "text/plain";
    // If it kept its address, Turbo would take the tag for a new one and run it again.
    if (inert.dataset.src) page.addEventListener("turbo:visit", () => script.removeAttribute("src"), { once: true });
    if (src) {
      await new Promise((next) => {
        for (const name of ["load", "error"]) script.addEventListener(name, next);
        setTimeout(next, PATIENCE_MS);
      });
    }
  } finally {
    heard?.();
  }
};
