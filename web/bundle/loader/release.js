/**
 * What few pages need: other gated elements than scripts, scripts that run late,
 * other languages, the charter, and what starts the program. Loaded when it is needed.
 */
import files from "charte:files";
import { send as answer } from "./answer.js";
import { beside } from "./beside.js";
import { load } from "./fetched.js";
import { cover } from "./frames.js";
import { page } from "./page.js";
import { heard, receipt } from "./receipt.js";
export * from "charte:figures";
export * from "charte:hosts";
export { charter } from "./charter.js";
export { replay } from "./replay.js";
export { soon, word } from "./words.js";

/** @returns {Promise<typeof import("./engine.js")>} Rejected when it cannot be had. */
export const engine = async () => {
  beside(); // the engine is loaded for visitors of the notice, which must not cover the focus
  return heard(/** @type {typeof import("./engine.js")} */ (await load(files.engine)));
};

/**
 * Sends an answer to the servers that the tag names.
 *
 * @param {string} value The cookie's.
 * @param {HTMLElement} tag
 * @param {string} lang This and the next two are as for receipt.
 * @param {boolean} withdraws
 * @param {Event | undefined} event
 * @returns {Promise<void>} Settled when the page may load again without cutting that short.
 */
export const send = async (value, tag, lang, withdraws, event) => {
  if (tag.dataset.receipts) receipt(value, tag, lang, withdraws, event); // it outlives the page
  if (tag.dataset.answer) await answer(value, tag).catch(() => {}); // a sandboxed frame has no cookies to look at
};

/** The types of a script that runs. */
const RUNS = /^$|^module$|^(text|application)\/(x-)?(java|ecma|live|j)script/i;

/**
 * Shows an element other than a script.
 *
 * @param {HTMLElement} element
 * @param {string | null} address The element's data-src or data-href. Null for a template.
 * @param {typeof import("./script.js").fresh} fresh
 * @returns {() => void} Hides it again.
 */
const show = (element, address, fresh) => {
  if (element.localName === "template") {
    const content = /** @type {DocumentFragment} */ (/** @type {HTMLTemplateElement} */ (element).content.cloneNode(true));
    const scripts = [...content.querySelectorAll("script")]
      .filter((script) => script instanceof HTMLScriptElement && RUNS.test(script.type))
      .map((script) => {
        try {
          const copy = fresh(script);
          script.replaceWith(copy);
          return copy;
        } catch {
          return script; // no policy for Trusted Types: a script that the parser has made may run
        }
      });
    const nodes = [...content.childNodes];
    element.after(...nodes);
    // The scripts have started, and go on. Copies of them out of a cache must not run.
    for (const script of scripts) script.type = "text/plain";
    element.dataset.charteShown = String(nodes.length || "none");
    return () => {
      nodes.forEach((node) => node.remove());
      delete element.dataset.charteShown;
    };
  }
  const attribute = element.localName === "link" ? "href" : "src";
  // A copy of an element that is shown has the attribute already.
  if (!element.dataset.charteShown) element.setAttribute(attribute, /** @type {string} */ (address));
  element.dataset.charteShown = "1";
  return () => hide(element, attribute);
};

/**
 * @param {HTMLElement} element That shows what it waited for; no template.
 * @param {string} attribute
 */
const hide = (element, attribute) => {
  element.removeAttribute(attribute);
  delete element.dataset.charteShown;
  // A frame that is inserted anew shows nothing, and the browser's history has no step back to what it showed.
  element.parentNode?.insertBefore(element, element.nextSibling);
};

/**
 * Undoes, in a copy, what the original showed, and removes the copy of its placeholder.
 * Turbo and htmx put copies of whole pages back.
 *
 * @param {HTMLElement} element An element that settle has not seen yet.
 * @param {boolean} open Whether it may be shown. If it may, what it shows stays.
 */
const renew = (element, open) => {
  const { localName, dataset } = element;
  if (dataset.charteShown) {
    if (localName === "template") {
      for (let left = Number(dataset.charteShown); left > 0; left--) element.nextSibling?.remove();
      delete dataset.charteShown;
    } else if (!open) hide(element, localName === "link" ? "href" : "src");
  }
  if (localName === "iframe" && element.nextElementSibling?.localName === "charte-frame") {
    element.nextElementSibling.remove();
    element.style.visibility = "";
  }
};

/** Whether elements are shown, and how to end that. @type {WeakMap<Element, {open: boolean, undo: () => void}>} */
const states = new WeakMap();

// Turbo keeps pages as they were shown. Before it shows one again, the elements that consent
// had shown are made to wait again. A page from the server has no element marked as shown.
page.addEventListener("turbo:before-render", ({ detail }) => {
  detail?.newBody?.querySelectorAll("[data-charte-shown]").forEach((element) => renew(/** @type {HTMLElement} */ (element), false));
});

// htmx keeps pages as texts. The elements that were shown in one are made to wait again, too.
page.addEventListener("htmx:historyCacheHit", ({ detail }) => {
  const item = detail?.item;
  if (typeof item?.content !== "string") return;
  item.content = item.content.replace(/<(?:iframe|img|link)(?: [^\s=>]+(?:="[^"]*")?)*>/g, (tag) =>
    / data-charte-shown="/.test(tag) ? tag.replace(/ (?:src|href|data-charte-shown)="[^"]*"/g, "") : tag,
  );
});

/**
 * Shows an element, or takes it away. A frame that may not be shown asks in its place.
 *
 * @param {HTMLElement} element
 * @param {string | null} address
 * @param {boolean} open Whether it may be shown.
 * @param {string} id The service or category it waits for, "" where nobody is to be asked.
 * @param {string} lang The language to ask in.
 * @param {(always: boolean) => void} allow
 * @param {typeof import("./script.js").fresh} fresh The loader's own, since only the loader has the policy for Trusted Types.
 */
export const settle = (element, address, open, id, lang, allow, fresh) => {
  if (!element.isConnected) return; // it was removed while this file was loading; if it comes back, settle is called again
  const before = states.get(element);
  if (before?.open === open) return;
  if (before) before.undo();
  else renew(element, open);
  const state = { open, undo() {} };
  states.set(element, state);
  if (open) state.undo = show(element, address, fresh);
  else if (id && element.localName === "iframe") {
    state.undo = cover(/** @type {HTMLIFrameElement} */ (element), address || "", id, lang, allow, () => states.delete(element));
  }
};
