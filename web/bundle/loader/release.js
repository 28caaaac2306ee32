/**
 * What is not needed to gate, and to run scripts as a page loads: other
 * elements, and scripts that come late. Loaded when it is needed.
 */
import files from "charte:files";
import { send as answer } from "./answer.js";
import { beside } from "./beside.js";
import { load } from "./fetched.js";
import { cover } from "./frames.js";
import { page } from "./page.js";
import { heard, receipt } from "./receipt.js";
export { charter } from "./charter.js";
export { replay } from "./replay.js";
export { soon, word } from "./words.js";

/** @returns {Promise<typeof import("./engine.js")>} Rejected when it cannot be had. */
export const engine = async () => {
  beside(); // whoever comes to the page by the notice, or while it is idle
  return heard(await load(files.engine));
};

/**
 * Tells servers of an answer, as the tag says.
 *
 * @param {string} value The cookie's.
 * @param {HTMLElement} tag
 * @param {string} lang These three as receipt takes them.
 * @param {boolean} withdraws
 * @param {Event | undefined} event
 * @returns {Promise<void>} Settled when the page may load again without taking that back.
 */
export const send = async (value, tag, lang, withdraws, event) => {
  if (tag.dataset.receipts) receipt(value, tag, lang, withdraws, event); // outlives the page
  if (tag.dataset.answer) await answer(value, tag).catch(() => {}); // a sandboxed frame has no cookies to look at
};

/** The types of a script that runs. */
const RUNS = /^$|^module$|^(text|application)\/(x-)?(java|ecma|live|j)script/i;

/**
 * Shows an element other than a script.
 *
 * @param {HTMLElement} element
 * @param {string | null} address What a data-src or data-href says; a template has none.
 * @param {typeof import("./script.js").fresh} fresh
 * @returns {() => void} Takes it back.
 */
const show = (element, address, fresh) => {
  if (element.localName === "template") {
    const content = element.content.cloneNode(true);
    const scripts = [...content.querySelectorAll("script")]
      .filter((script) => script instanceof HTMLScriptElement && RUNS.test(script.type))
      .map((script) => {
        try {
          const copy = fresh(script);
          script.replaceWith(copy);
          return copy;
        } catch {
          return script; // no policy for Trusted Types: as it was parsed, it may run
        }
      });
    const nodes = [...content.childNodes];
    element.after(...nodes);
    // They have begun, and go on. Copies of them, out of a cache, must not.
    for (const script of scripts) script.type = "text/plain";
    element.dataset.charteShown = String(nodes.length || "none");
    return () => {
      nodes.forEach((node) => node.remove());
      delete element.dataset.charteShown;
    };
  }
  const attribute = element.localName === "link" ? "href" : "src";
  if (!element.dataset.charteShown) element.setAttribute(attribute, address); // else a copy shows it already
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
  // A frame put in anew shows nothing, and leaves no step back to what it showed.
  element.parentNode?.insertBefore(element, element.nextSibling);
};

/**
 * Makes what it was of a copy of an element that was shown or covered: Turbo and htmx
 * put copies of whole pages back.
 *
 * @param {HTMLElement} element That nobody has settled yet.
 * @param {boolean} open Whether it may be shown: then what it shows stays.
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

// Turbo keeps its pages as they were shown. Before it shows one again, all that consent had
// shown in it waits once more. A page from the server holds nothing that is marked as shown.
page.addEventListener("turbo:before-render", ({ detail }) => {
  detail?.newBody?.querySelectorAll("[data-charte-shown]").forEach((element) => renew(element, false));
});

// htmx keeps its pages as texts. What was shown in one waits once more, too.
page.addEventListener("htmx:historyCacheHit", ({ detail }) => {
  const item = detail?.item;
  if (typeof item?.content !== "string") return;
  item.content = item.content.replace(/<(?:iframe|img|link)(?: [^\s=>]+(?:="[^"]*")?)*>/g, (tag) =>
    / data-charte-shown="/.test(tag) ? tag.replace(/ (?:src|href|data-charte-shown)="[^"]*"/g, "") : tag,
  );
});

/**
 * Shows an element, or says why not: a frame in its place, others by nothing.
 *
 * @param {HTMLElement} element
 * @param {string | null} address
 * @param {boolean} open Whether it may be shown.
 * @param {string} id The service or category it waits for, "" where nobody is to be asked.
 * @param {string} lang The language to ask in.
 * @param {(always: boolean) => void} allow
 * @param {typeof import("./script.js").fresh} fresh The loader's: it alone has the policy for Trusted Types.
 */
export const settle = (element, address, open, id, lang, allow, fresh) => {
  if (!element.isConnected) return; // it went while this file came; if it comes back, so does this
  const before = states.get(element);
  if (before?.open === open) return;
  before ? before.undo() : renew(element, open);
  const state = { open, undo() {} };
  states.set(element, state);
  if (open) state.undo = show(element, address, fresh);
  else if (id && element.localName === "iframe") state.undo = cover(element, id, lang, allow, () => states.delete(element));
};
