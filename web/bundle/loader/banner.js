/** The banner's place in the page, and the first layer in it. */
import { grow } from "./grow.js";
import { page } from "./page.js";

/** The element that holds the banner, once attach has made it. @type {HTMLElement & { readonly shadowRoot: ShadowRoot }} */
let host;

/** What Go takes for the document's body: it replaces its only child. @type {HTMLElement} */
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

/** Makes the host, once, and puts it back in its place, from which pages may have taken it. */
export const attach = () => {
  if (!host) {
    host = /** @type {typeof host} */ (page.createElement("charte-banner"));
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(site.css);
    root.adoptedStyleSheets = [sheet];
    body = page.createElement("div");
    body.append(page.createElement("div"));
    // The region stands before its text changes, or nobody hears it (WCAG 4.1.3).
    status = page.createElement("p");
    status.role = "status";
    root.append(body, status);
  }
  // Its place is between head and body: first in the tab order, out of the way of body's
  // children, and out of reach of what replaces body. But where the page shows a modal
  // dialog, everything outside of that is inert.
  const home = [...page.querySelectorAll("dialog:modal")].pop() || page.documentElement;
  if (host.parentNode !== home) {
    home?.insertBefore(host, home.querySelector(":scope>body"));
    lift();
  }
};

/** Lifts the host into the top layer, above any z-index, in browsers that have one. */
const lift = () => {
  try {
    host.popover = "manual";
    host.showPopover();
  } catch {}
};

/** @param {string} name The layer that is shown from now on. */
export const show = (name) => {
  attach();
  layer = name;
  lift();
  offer();
};

/**
 * Sees to it that something on the page reopens the settings: the page's own button, or our control.
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

/** Takes away a layer that Go does not take away itself. */
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
