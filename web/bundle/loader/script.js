/** Gated scripts: how an inert one is made to run, as if it had never been gated. */
import { page } from "./page.js";

/** Scripts that have run or are about to, and elements refused for good. @type {WeakSet<Element>} */
export const over = new WeakSet();

/** Scripts of the page's body that have run, by the mark on their tags. @type {Record<string, WeakRef<Element>>} */
const marked = {};

/**
 * @param {HTMLElement} element
 * @returns {boolean} Whether it is a copy of a script that has run and is still in the page, as
 *   a carousel makes that repeats its pictures. Browsers run no such copy either.
 */
export const isCopy = ({ dataset }) => !!marked[/** @type {string} */ (dataset.charteRan)]?.deref()?.isConnected;

/** @type {TrustedTypePolicy | undefined} */
let policy;

/**
 * Makes of a text what pages under `require-trusted-types-for 'script'` ask of whoever
 * runs a script. The policy is made when the first script is released. In pages that
 * forbid the policy there is none, and the browser refuses the script.
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
 * @returns {HTMLScriptElement} One like it that the browser has not looked at, so that it runs
 *   where it is put. Scripts that innerHTML or DOMParser made of a text never run, nor do their
 *   clones.
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
 * @param {string | null} src Its address; null where it stands in the page.
 * @param {typeof import("./replay.js").replay} [replay] For a script that runs late.
 * @returns {Promise<void>} Settled when the next may run.
 */
export const run = async (inert, src, replay) => {
  const PATIENCE_MS = 5000; // a script that neither loads nor fails holds up the next as long
  const script = fresh(inert);
  /** @type {(() => void) | undefined} */
  let heard;
  try {
    heard = replay?.(script);
  } catch {} // the page has frozen what replay changes: the script hears of nothing that has passed
  try {
    script.type = inert.dataset.type || "text/javascript";
    // It stays async, as scripts that were not parsed are. In the browser's own order the next would wait for one that hangs.
    if (src) script.src = trusted("createScriptURL", src);
    over.add(script);
    if (page.body.contains(inert)) {
      // Not in the head, where Turbo compares tags letter by letter. The mark is a random one, so
      // that no other page has the same: htmx keeps copies for longer than a page lives. (A number
      // becomes a text where it is used.)
      const mark = /** @type {string} */ (/** @type {unknown} */ (Math.random()));
      script.dataset.charteRan = mark;
      marked[mark] = new WeakRef(script);
    }
    inert.replaceWith(script);
    // The tag becomes inert again, and what has begun goes on. Where Turbo or htmx puts a copy
    // of the page back from a cache, the copy of the tag waits for consent like the first.
    script.type = "text/plain";
    // With its address it would be a new tag to Turbo, which would run it again.
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
