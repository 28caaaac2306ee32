/**
 * What is not needed to gate, and to run scripts as a page loads: other
 * elements, and scripts that come late. Loaded when it is needed.
 */
import files from "charte:files";
import { send as answer } from "./answer.js";
import { beside } from "./beside.js";
import { load } from "./fetched.js";
import { cover } from "./frames.js";
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
 * @param {Parameters<typeof receipt>[2]} was
 */
export const send = (value, tag, was) => {
  if (tag.dataset.answer) answer(value, tag).catch(() => {}); // a sandboxed frame has no cookies to look at
  if (tag.dataset.receipts) receipt(value, tag, was);
};

/**
 * Shows an element other than a script.
 *
 * @param {HTMLElement} element
 * @param {string | null} address What a data-src or data-href says; a template has none.
 * @returns {() => void} Takes it back.
 */
const show = (element, address) => {
  if (element.localName === "template") {
    const nodes = [...element.content.cloneNode(true).childNodes];
    element.after(...nodes);
    element.dataset.charteShown = String(nodes.length || "none");
    return () => {
      nodes.forEach((node) => node.remove());
      delete element.dataset.charteShown;
    };
  }
  const attribute = element.localName === "link" ? "href" : "src";
  element.setAttribute(attribute, address);
  element.dataset.charteShown = "1";
  return () => {
    element.removeAttribute(attribute);
    delete element.dataset.charteShown;
    // A frame put in anew shows nothing, and leaves no step back to what it showed.
    element.parentNode?.insertBefore(element, element.nextSibling);
  };
};

/**
 * Makes what it was of a copy of an element that was shown or covered: Turbo and htmx
 * put copies of whole pages back.
 *
 * @param {HTMLElement} element That nobody has settled yet.
 */
const renew = (element) => {
  const { localName, dataset } = element;
  if (dataset.charteShown) {
    if (localName === "template") for (let left = Number(dataset.charteShown); left > 0; left--) element.nextSibling?.remove();
    else element.removeAttribute(localName === "link" ? "href" : "src");
    delete dataset.charteShown;
  }
  if (localName === "iframe" && element.nextElementSibling?.localName === "charte-frame") {
    element.nextElementSibling.remove();
    element.style.visibility = "";
  }
};

/** Whether elements are shown, and how to end that. @type {WeakMap<Element, {open: boolean, undo: () => void}>} */
const states = new WeakMap();

/**
 * Shows an element, or says why not: a frame in its place, others by nothing.
 *
 * @param {HTMLElement} element
 * @param {string | null} address
 * @param {boolean} open Whether it may be shown.
 * @param {string} id The service or category it waits for, "" where nobody is to be asked.
 * @param {string} lang The language to ask in.
 * @param {(always: boolean) => void} allow
 */
export const settle = (element, address, open, id, lang, allow) => {
  if (!element.isConnected) return; // it went while this file came; if it comes back, so does this
  const before = states.get(element);
  if (before?.open === open) return;
  before ? before.undo() : renew(element);
  const state = { open, undo() {} };
  states.set(element, state);
  if (open) state.undo = show(element, address);
  else if (id && element.localName === "iframe") state.undo = cover(element, id, lang, allow, () => states.delete(element));
};
