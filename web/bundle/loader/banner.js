/** The banner's place in the page, and the first layer in it. */
import css from "../styles/notice.css";
import { grow } from "./grow.js";
import { page } from "./page.js";

/** The element that holds the banner, once attach has made it. @type {HTMLElement & { readonly shadowRoot: ShadowRoot }} */
let host;

/** What Go takes for the document's body. Go replaces the only child of it. @type {HTMLElement} */
export let body;

/** Says to screen readers what has happened. @type {HTMLElement} */
let status;

/** Reopens the settings, in pages that have no button of their own for it. @type {HTMLElement | undefined} */
let control;

/** What the control says. @type {string} */
let label;

/** The layer now shown: "", "notice" or "settings". */
export let layer = "";

/**
 * @param {string} name A data-charte.
 * @returns {HTMLElement | null | undefined}
 */
export const find = (name) => host?.shadowRoot.querySelector(`[data-charte=${name}]`);

/** Makes the host if there is none yet. Puts it back in its place if the page has moved or removed it. */
export const attach = () => {
  if (!host) {
    host = /** @type {typeof host} */ (page.createElement("charte-banner"));
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    body = page.createElement("div");
    body.append(page.createElement("div"));
    // Screen readers say a change of the text only if the region was there before (WCAG 4.1.3).
    status = page.createElement("p");
    status.role = "status";
    root.append(body, status);
  }
  // The host's place is between head and body. It is first in the tab order there, is no
  // child of body, and stays when body is replaced. But while the page shows a modal dialog,
  // everything outside the dialog is inert, so the host goes into the dialog.
  const home = [...page.querySelectorAll("dialog:modal")].pop() || page.documentElement;
  if (host.parentNode !== home) {
    home?.insertBefore(host, home.querySelector(":scope>body"));
    // In browsers that have a top layer, the host goes there, above any z-index.
    try {
      host.popover = "manual";
      host.showPopover();
    } catch {}
  }
};

/** @param {string} name The layer that is shown from now on. */
export const show = (name) => {
  attach();
  layer = name;
  offer();
};

/**
 * Shows our control that reopens the settings, unless the page has a button of its own for it.
 *
 * @param {string} [text] What the control says, from now on.
 */
export const offer = (text) => {
  if (text) label = text;
  const needed = layer !== "notice" && window === top && !page.querySelector("[data-charte=open],[data-charte=charter]");
  if (needed && label && !control) {
    attach();
    control = /** @type {HTMLElement} */ (grow(["button", { class: "charte", "data-charte": "open", part: "control" }, label]));
    body.after(control);
  }
  if (!control) return;
  attach();
  control.hidden = !needed;
};

/** Shows the first layer as it was prerendered. Go does not show it then. @param {import("./grow.js").Tree} tree */
export const notice = (tree) => {
  attach();
  body.replaceChildren(grow(tree));
  show("notice");
};

/** Removes a layer that Go does not remove itself. */
export const clear = () => {
  show("");
  body.replaceChildren(page.createElement("div"));
};

/** @param {string} text What screen readers say. */
export const say = (text) => {
  attach();
  status.textContent = text;
};

/** Puts a link to the charter in place of the button that opens the settings, which cannot be shown. @param {string} text */
export const unavailable = (text) => {
  const link = /** @type {HTMLElement} */ (grow(["a", { href: site.charter }, text]));
  find("customise")?.replaceWith(link);
  link.focus();
};
