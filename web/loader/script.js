/** Gated scripts: how an inert one is made to run, as if it had never been gated. */
import { page, warn } from "./page.js";

/** Milliseconds after which a script that neither loads nor fails stops holding up the next. */
const PATIENCE_MS = 5000;

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
 * Replaces an inert script by one that runs.
 *
 * @param {HTMLScriptElement} inert
 * @param {string} src Where it is, or "" where it is in the page.
 * @param {(script: Element) => () => void} [replay] Has it hear of events that
 *   have passed, until what it returns is called.
 * @returns {Promise<void>} Settled when the next may run.
 */
export const run = (inert, src, replay) =>
  new Promise((resolve) => {
    const script = page.createElement("script");
    const over = replay?.(script);
    const end = () => {
      over?.();
      resolve();
    };
    const { type } = inert.dataset;
    try {
      for (const { name, value } of inert.attributes) {
        if (/^(type|src|data-(category|src|type))$/.test(name)) continue;
        script.setAttribute(name, /^on/.test(name) ? trusted("createScript", value) : value);
      }
      // Browsers hide a nonce from getAttribute once the element is in the document.
      script.nonce = inert.nonce;
      if (type) script.type = type;
      // It stays async, as every script that is not parsed: the browser's own order would wait for one that hangs.
      if (src) script.src = trusted("createScriptURL", src);
      else script.text = trusted("createScript", inert.text);
      for (const name of ["load", "error"]) script.addEventListener(name, end);
      inert.replaceWith(script);
      if (src) return setTimeout(end, PATIENCE_MS);
    } catch (error) {
      warn("not run: " + error.message);
    }
    end();
  });
