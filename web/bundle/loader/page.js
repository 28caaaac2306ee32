/**
 * The document, read through its prototype. A page may hold `<img name="cookie">`
 * or `<form name="createElement">`. Then `document.cookie` is that image (HTML,
 * "named access on the Document object").
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

/**
 * The script's own element, if it can be found. A module has no currentScript. So there the element is found by its
 * address, which may hold a hash: charte-<SHA-256>.js.
 */
export const tag =
  /** @type {HTMLScriptElement | null} */ (page.currentScript) ||
  [.../** @type {NodeListOf<HTMLScriptElement>} */ (page.querySelectorAll("script[src]"))].find(
    ({ src }) => /\/charte(-[\w-]{43})?\.js\b/.test(src),
  );

/**
 * @param {string} name
 * @returns {AsText<URL>} The address of a file of the bundle: beside this script, or
 *   in the folder that the tag's data-base names. (A script that stands in the
 *   page itself has no address of its own.) A name with a slash at its beginning
 *   is a path of the page's site.
 */
export const url = (name) =>
  /** @type {AsText<URL>} */ (
    new URL(
      name,
      name[0] === "/"
        ? /** @type {AsText<Location>} */ (location)
        : new URL(tag?.dataset.base || tag?.src || /** @type {AsText<Location>} */ (location), /** @type {AsText<Location>} */ (location)),
    )
  );

/** What has been said already. @type {Set<string>} */
const said = new Set();

/**
 * Warns the page's developer, of each thing once. All our warnings go through here.
 *
 * @param {string} message Never holds a cookie's value.
 * @returns {undefined}
 */
export const warn = (message) => {
  if (!said.has(message)) console.warn("charte: " + message);
  said.add(message);
};

/** @returns {Promise<void>} Settled in a task of its own. */
export const task = () => new Promise((next) => setTimeout(next));

/** @returns {Promise<void>} Settled when what is in the page now has been painted. */
export const painted = () =>
  new Promise((done) => {
    const UNPAINTED_MS = 1000; // a tab in the background is not painted
    // What is drawn at first reaches the screen some animation frames later. The browser records when.
    const look = () =>
      requestAnimationFrame(performance.getEntriesByName("first-contentful-paint")[0] ? () => setTimeout(done) : look);
    look();
    setTimeout(done, UNPAINTED_MS);
  });
