/** The banner's place in the page, and the first layer in it. */
import { grow } from "./grow.js";
import { page } from "./page.js";

/** @type {HTMLElement} */
let host;

/** What Go takes for the document's body: it replaces its only child. @type {HTMLElement} */
export let body;

/** Says to screen readers what has happened. @type {HTMLElement} */
let status;

/** Reopens the settings, in pages that have no button of their own for it. @type {HTMLElement | undefined} */
let control;

/** What it says. @type {string} */
let label;

/** The layer now shown: "", "notice" or "settings". */
export let layer = "";

/**
 * @param {string} name A data-charte.
 * @returns {HTMLElement | null}
 */
export const find = (name) => host?.shadowRoot.querySelector(`[data-charte=${name}]`);

/** Makes the host, once, and puts it where it belongs, out of which pages may have taken it. */
export const attach = () => {
  if (!host) {
    host = page.createElement("charte-banner");
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
  // Between head and body: first in the tab order, out of the way of body's
  // children, and out of reach of what replaces body. But a modal dialog of
  // the page makes inert whatever is not in it.
  const home = [...page.querySelectorAll("dialog:modal")].pop() || page.documentElement;
  if (host.parentNode !== home) {
    home?.insertBefore(host, home.querySelector(":scope>body"));
    lift();
  }
};

/** Lifts the host into the top layer, above any z-index, where there is one. */
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
 * Has something on the page that reopens the settings: the page's own, or ours.
 *
 * @param {string} [text] What ours says, from now on.
 */
export const offer = (text) => {
  if (text) label = text;
  const needed = layer !== "notice" && window === top && !page.querySelector("[data-charte=open],[data-charte=charter]");
  if (needed && label && !control) {
    attach();
    control = grow(["button", { class: "charte", "data-charte": "open", part: "control" }, label]);
    body.after(control);
  }
  if (!control) return;
  attach();
  control.hidden = !needed;
};

/** Shows the first layer as it was prerendered, where Go does not show it. @param {any[]} tree */
export const notice = (tree) => {
  attach();
  body.replaceChildren(grow(tree));
  show("notice");
};

/** Takes away the layer that Go does not take away itself. */
export const clear = () => {
  show("");
  body.replaceChildren(page.createElement("div"));
};

/** @param {string} text */
export const say = (text) => {
  attach();
  status.textContent = text;
};

/** Says that the settings cannot be shown, and where the charter is. @param {string} text */
export const unavailable = (text) => {
  const link = grow(["a", { href: site.charter }, text]);
  find("customise")?.replaceWith(link);
  link.focus();
};
