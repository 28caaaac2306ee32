/**
 * The world as Go sees it. go-app takes the whole page: it replaces the first
 * child of the body, sets window.onclick, onpopstate and onresize, reads every
 * localStorage key and installs globals (pkg/app/engine.go and browser.go,
 * v10.1.11). Here all of that happens on a stage: its own document.body, its
 * own storage, its own globals; everything else is the page's.
 */

/** A storage that holds nothing: Go keeps nothing but the answer's cookie. */
const storage = () => ({ length: 0, key: () => null, getItem: () => null, setItem() {}, removeItem() {}, clear() {} });

/**
 * @param {object} link What the program finds as window.charte.
 * @param {HTMLElement} body What it finds as document.body.
 * @param {object} world The page's window, or what stands for it.
 * @returns {object} Its globalThis.
 */
export const makeStage = (link, body, world) => {
  const own = {
    charte: link,
    document: new Proxy(world.document, {
      get: (document, key) => {
        if (key === "body") return body;
        if (key === "cookie" && link.unkept) return "cookies_preferences=" + link.unkept; // as if it had been kept
        // By the prototype: pages clobber the document's names (see page.js).
        const value = world.Document ? Reflect.get(world.Document.prototype, key, document) : document[key];
        return typeof value === "function" && !value.prototype ? value.bind(document) : value;
      },
      set: (document, key, value) =>
        world.Document ? Reflect.set(world.Document.prototype, key, value, document) : true,
    }),
    localStorage: storage(),
    sessionStorage: storage(),
    location: { href: "https://charte/" },
    // The glue scripts bring their own where there are none: pages have others
    // (a bundler's stand-in for Node, an element of that id).
    fs: undefined,
    path: undefined,
    process: undefined,
  };
  const stage = new Proxy(Object.create(null), {
    get: (_, key) => {
      if (Object.hasOwn(own, key)) return own[key];
      const value = world[key];
      // Methods of window must be called on window; classes stay as they are.
      return typeof value === "function" && !value.prototype ? value.bind(world) : value;
    },
    set: (_, key, value) => {
      own[key] = value;
      return true;
    },
    has: (_, key) => Object.hasOwn(own, key) || key in world,
  });
  own.globalThis = own.window = own.self = own.global = stage;
  return stage;
};

/**
 * Reflect that never throws. An exception out of the page would reach Go as a
 * panic, and TinyGo cannot recover from one.
 */
export const quietReflect = Object.fromEntries(
  Object.getOwnPropertyNames(Reflect).map((name) => [
    name,
    (...args) => {
      try {
        return Reflect[name](...args);
      } catch {}
    },
  ]),
);
