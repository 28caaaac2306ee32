/**
 * Placeholders of frames that wait for consent.
 *
 * The frame is made invisible, and the placeholder is laid over it. So the frame
 * keeps its place and its size in any layout.
 */
import css from "../styles/frame.css";
import { page } from "./page.js";
import { words } from "./words.js";

/**
 * @typedef {import("./words.js").View} View
 * @typedef {import("./words.js").ServiceView} ServiceView
 */

/** Pixels below which a frame has no room for a text. Most of those only count visits. */
const READABLE_PX = 48;

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/** @param {string} tag @param {object} properties @param {...(Node | string)} children */
const make = (tag, properties, ...children) => {
  const element = Object.assign(page.createElement(tag), properties);
  element.append(...children);
  return element;
};

/** @param {string} name @param {string} label @param {() => void} onclick */
const button = (name, label, onclick) => {
  const made = make("button", { type: "button", part: name, onclick }, label);
  made.dataset.charte = name;
  return made;
};

/**
 * @param {string[]} names
 * @param {string} lang
 * @returns {string} "Google et Meta". If the browser does not know the language, the names
 *   are separated by commas only, since an "and" would be in another language.
 */
const list = (names, lang) =>
  (Intl.ListFormat.supportedLocalesOf(lang).length ? new Intl.ListFormat(lang) : new Intl.ListFormat("en", { type: "unit" })).format(names);

/**
 * Where what a frame shows stands on its maker's own pages.
 *
 * @param {ServiceView[]} services Those that the frame may belong to.
 * @param {string} address The frame's.
 * @returns {string | undefined} Undefined where no service knows such frames.
 */
const lead = (services, address) => {
  for (const { frame, content } of services) {
    if (!frame || !content) continue;
    /** @type {string[]} */
    const names = [];
    const pattern = frame.replace(/\{([a-z0-9-]+)\}|\W/g, (part, name) => {
      if (!name) return "\\" + part;
      names.push(name);
      return "([^?&#]+)";
    });
    const parts = new RegExp("^" + pattern).exec(address);
    if (parts) return content.replace(/\{([a-z0-9-]+)\}/g, (_, name) => parts[names.indexOf(name) + 1]);
  }
};

/**
 * What a placeholder says.
 *
 * @param {View} view The catalogue in one language.
 * @param {string} id A service or category that asks.
 * @param {string} address The frame's.
 * @returns {[name: string, providers: string, what: string | undefined, content: string | undefined] | undefined}
 *   Undefined where the catalogue has no such id.
 */
const said = (view, id, address) => {
  const by = (/** @type {ServiceView[]} */ services) =>
    view.words.frame.provider.replace("{provider}", () => list([...new Set(services.map((s) => s.provider))], view.lang));
  for (const category of view.categories) {
    const services = category.services || []; // not only those that ask: an exempt one may have been objected to
    if (category.id === id) return [category.name, by(services.filter((s) => s.asks)), category.summary, lead(services, address)];
    for (const s of services) if (s.id === id) return [s.name, by([s]), s.placeholder || s.purpose, lead([s], address)];
  }
};

/**
 * @param {HTMLIFrameElement} frame
 * @param {string} address What it will show.
 * @param {string} id The service or category it waits for.
 * @param {string} lang The language to ask in.
 * @param {(always: boolean) => void} allow Called for the visitor's answer.
 * @param {() => void} gone Called when the frame has left the page.
 * @returns {() => void} Takes the placeholder away.
 */
export const cover = (frame, address, id, lang, allow, gone) => {
  const host = page.createElement("charte-frame");
  const root = host.attachShadow({ mode: "open" });
  const box = make("section", { className: "frame", part: "frame", lang });
  const answered = (/** @type {boolean} */ always) => {
    allow(always);
    setTimeout(() => frame.focus()); // once the frame is shown
  };
  words(lang).then((view) => {
    // The gate has found the id in the same catalogue.
    const [name, provider, what, known] = /** @type {NonNullable<ReturnType<typeof said>>} */ (said(view, id, address));
    const content = frame.dataset.content || known || "";
    Object.assign(box, { dir: view.dir, ariaLabel: name });
    box.append(
      make("p", {}, make("strong", {}, name)),
      make("p", {}, provider),
      make("p", {}, what || ""),
      make(
        "div",
        {},
        button("once", view.words.frame.once, () => answered(false)),
        button("always", view.words.frame.always, () => answered(true)),
      ),
    );
    // A refusal still leads somewhere. The link tells the maker neither the page nor what opened it.
    if (/^https?:/i.test(content)) {
      box.append(make("a", { href: content, target: "_blank", rel: "noreferrer", part: "content" }, view.words.frame.open));
    }
  }, () => {}); // without words the frame's place stays empty
  root.adoptedStyleSheets = [sheet];
  root.append(box);

  const { visibility } = frame.style;
  let removed = false;
  const remove = () => {
    removed = true;
    watch.disconnect();
    host.remove();
    frame.style.visibility = visibility;
  };
  const place = () => {
    if (removed) return;
    if (!frame.isConnected) {
      remove();
      return gone();
    }
    if (frame.nextSibling !== host) frame.after(host);
    const { offsetWidth: width, offsetHeight: height, style } = frame;
    style.visibility = "hidden";
    host.hidden = width < READABLE_PX || height < READABLE_PX;
    Object.assign(box.style, { width: width + "px", height: height + "px", left: 0, top: 0 });
    const [there, here] = [frame, box].map((element) => element.getBoundingClientRect());
    box.style.left = there.left - here.left + "px";
    box.style.top = there.top - here.top + "px";
  };
  // Not within the observer's callback: a size that changes there is an error event in the page.
  const watch = new ResizeObserver(() => requestAnimationFrame(place));
  watch.observe(frame); // calls at once, and when the frame leaves the page
  watch.observe(/** @type {Element} */ (frame.parentElement));
  return remove;
};
