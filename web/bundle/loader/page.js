/**
 * The document, by its prototype. A page may hold `<img name="cookie">` or
 * `<form name="createElement">`, and then `document.cookie` is that element
 * (HTML, "named access on the Document object").
 *
 * @type {Document}
 */
export const page = new Proxy(document, {
  get: (_, key) => {
    const value = Reflect.get(Document.prototype, key, document);
    return value?.bind ? value.bind(document) : value;
  },
  set: (_, key, value) => Reflect.set(Document.prototype, key, value, document),
});

/** The script's own element. A module has no currentScript; its file may be pinned: charte-<SHA-256>.js. */
export const tag = page.currentScript || [...page.querySelectorAll("script[src]")].find(({ src }) => /\/charte(-[\w-]{43})?\.js\b/.test(src));

/**
 * @param {string} name
 * @returns {URL} The address of a file of the bundle: beside this script, or
 *   in the folder that the tag's data-base names. A script that stands in the
 *   page itself has no address of its own. A path is one of the page's site.
 */
export const url = (name) =>
  new URL(name, name[0] === "/" ? location : new URL(tag?.dataset.base || tag?.src || location, location));

/** What has been said already. @type {Set<string>} */
const said = new Set();

/**
 * The one way in which this script speaks to the page's developer: everything once.
 *
 * @param {string} message Never holds a cookie's value.
 */
export const warn = (message) => {
  if (!said.has(message)) console.warn("charte: " + message);
  said.add(message);
};
