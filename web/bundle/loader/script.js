/** Gated scripts: how an inert one is made to run, as if it had never been gated. */
import { page } from "./page.js";

/** Scripts that have run or are about to, and elements refused for good. @type {WeakSet<Element>} */
export const over = new WeakSet();

/** Scripts of the page's body that have run, by the mark on their tags. @type {Record<string, WeakRef<Element>>} */
const marked = {};

/**
 * @param {HTMLElement} element
 * @returns {boolean} Whether it is a copy of a script that has run and is still in the page:
 *   a carousel's, say, that repeats its pictures. Browsers run no such copy either.
 */
export const isCopy = ({ dataset }) => !!marked[dataset.charteRan]?.deref()?.isConnected;

/** @type {TrustedTypePolicy | undefined} */
let policy;

/**
 * What pages under `require-trusted-types-for 'script'` ask of whoever runs a
 * script. The policy is made when the first is released, and not in pages that
 * forbid it: there the browser refuses the script.
 *
 * @param {"createScript" | "createScriptURL"} create
 * @param {string} text
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
 * @returns {HTMLScriptElement} One like it that the browser has not looked at: it runs where
 *   it is put. The scripts of a text (innerHTML, DOMParser) never run, and their copies neither.
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
  copy.text = trusted("createScript", script.text);
  return copy;
};

/**
 * Replaces an inert script by one that runs.
 *
 * @param {HTMLScriptElement} inert
 * @param {string} src Where it is, or "" where it is in the page.
 * @param {(script: Element) => () => void} [replay] Has it hear of events that
 *   have passed, until what it returns is called.
 * @returns {Promise<void>} Settled when the next may run.
 */
export const run = async (inert, src, replay) => {
  const PATIENCE_MS = 5000; // a script that neither loads nor fails holds up the next until then
  const script = fresh(inert);
  let heard;
  try {
    heard = replay?.(script);
  } catch {} // the page has frozen what it needs: the script hears of nothing that has passed
  try {
    script.type = inert.dataset.type || "text/javascript";
    // It stays async, as every script that is not parsed: the browser's own order would wait for one that hangs.
    if (src) script.src = trusted("createScriptURL", src);
    over.add(script);
    if (page.body.contains(inert)) {
      // Not in the head, where Turbo compares tags letter by letter. No two pages have a mark
      // in common: htmx keeps copies for longer than a page lives.
      const mark = Math.random();
      script.dataset.charteRan = mark;
      marked[mark] = new WeakRef(script);
    }
    inert.replaceWith(script);
    // The tag is inert again, and what has begun goes on: where Turbo or htmx puts a copy of
    // the page back from a cache, that copy waits for consent like the first.
    script.type = "text/plain";
    // To Turbo it would be another tag with its address, and run again.
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
