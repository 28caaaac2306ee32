/**
 * Makes the global object that Go sees, the stage. go-app takes the whole page: it
 * replaces the first child of the body, sets window.onclick, onpopstate and
 * onresize, reads every localStorage key and installs globals (pkg/app/engine.go
 * and browser.go, v10.1.11). The stage has a document.body, storages and globals of
 * its own, so all of that leaves the page alone. Everything else is the page's.
 */

/**
 * @typedef {object} Link What the program finds as window.charte (banner/hook.go).
 * @property {string} words The catalogue in one language, as JSON.
 * @property {string} layer The layer that the program shows at first.
 * @property {string} [unkept] The value of an answer in force that the browser has not kept.
 * @property {string} charter Address of the charter's page.
 * @property {string} protocol The protocol of the page, such as "https:".
 * @property {boolean} [silent] Whether nobody is to be asked.
 * @property {(name: string, value: string) => void} emit Called for what happens in the program.
 * @property {(verb: string, yes: string, no: string) => void} [act] Asks something of the program, which sets it as it mounts.
 *
 * @typedef {Record<PropertyKey, any>} World A page's window, or what stands for one. The program may ask for any name.
 *
 * @typedef {object} Stage What the compiler's script and the program know as globalThis.
 * @property {FileSystem} fs Put there by the compiler's script.
 * @property {new () => Go} Go Put there by the compiler's script.
 *
 * @typedef {object} FileSystem Node's, of which a page has none.
 * @property {(file: number, bytes: Uint8Array) => number} writeSync
 *
 * @typedef {object} Go A compiler's own link to the program.
 * @property {WebAssembly.Imports} importObject
 * @property {(instance: WebAssembly.Instance) => Promise<unknown>} run Settled when the program has ended.
 * @property {(code: number) => void} [exit] Called for its exit status.
 * @property {(id: number) => (...args: unknown[]) => unknown} _makeFuncWrapper Makes a function that calls one of Go's.
 */

/** A storage that stays empty. The program writes nothing but the answer's cookie. */
const storage = () => ({ length: 0, key: () => null, getItem: () => null, setItem() {}, removeItem() {}, clear() {} });

/**
 * @param {Link} link
 * @param {HTMLElement} body What the program finds as document.body.
 * @param {World} world
 * @returns {Stage}
 */
export const makeStage = (link, body, world) => {
  /** The stage's own properties. Properties that the program sets are stored here. @type {Record<PropertyKey, unknown>} */
  const own = {
    charte: link,
    document: new Proxy(world.document, {
      get: (document, key) => {
        if (key === "body") return body;
        if (key === "cookie" && link.unkept) return "cookies_preferences=" + link.unkept; // as if it had been kept
        // Read through the prototype, because elements of a page can hide the document's own names (see page.js).
        const value = world.Document ? Reflect.get(world.Document.prototype, key, document) : document[key];
        return typeof value === "function" && !value.prototype ? value.bind(document) : value;
      },
      set: (document, key, value) =>
        world.Document ? Reflect.set(world.Document.prototype, key, value, document) : true,
    }),
    localStorage: storage(),
    sessionStorage: storage(),
    location: { href: "https://charte/" },
    // The glue scripts set their own if these are undefined. A page's would be of another
    // kind (a bundler's stand-in for Node, an element with that id).
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
 * A Reflect that never throws. An exception of the page would reach Go as a panic, and
 * TinyGo cannot recover from one.
 *
 * @type {Record<string, (...args: unknown[]) => unknown>}
 */
export const quietReflect = Object.fromEntries(
  Object.getOwnPropertyNames(Reflect).map((name) => [
    name,
    (...args) => {
      try {
        return /** @type {Record<string, Function>} */ (/** @type {unknown} */ (Reflect))[name](...args);
      } catch {}
    },
  ]),
);
