/**
 * Makes writes visible that the catalogue does not declare, or that the answer refuses; or
 * does not do them. charte.js holds this file only where the catalogue has site.guard.
 *
 * Four functions of the browser are wrapped, and nothing else. Reads, erasing, and what is
 * declared and allowed pass as they are.
 */
import { allows, covers, may, services } from "./consent.js";
import { act } from "./gate.js";
import { painted, warn } from "./page.js";

const { apply } = Reflect;

/**
 * @param {boolean} enforces Whether such writes are not done. Otherwise they are reported only.
 * @returns {import("./signals.js").Signal} Begins with the first call.
 */
export const guard = (enforces) => {
  /** @type {import("./consent.js").Decision | undefined} */
  let decision;

  /** Each puts one of the browser's functions back. @type {(() => void)[]} */
  const undo = [];

  /** Ends the guard: the page works as it does without. @param {unknown} error */
  const failed = (error) => {
    try {
      undo.forEach((restore) => restore());
      warn("no guard: " + error);
    } catch {} // the page has broken what this needs, too
  };

  /**
   * Judges a write, and reports it if it should not be.
   *
   * @param {number} kind An index of a service's patterns.
   * @param {string} name
   * @param {() => unknown} [erases] Whether the write only erases.
   * @returns {boolean} Whether the write must not be done.
   */
  const stops = (kind, name, erases) => {
    const owners = services.filter((s) => s.patterns[kind]?.some((pattern) => covers(name, pattern)));
    if (owners.some((s) => may(decision, s)) || (!kind && name === "cookies_preferences") || erases?.()) return false;
    act(({ undeclared }) => undeclared(kind, name, owners.map((s) => s.id), enforces));
    return enforces;
  };

  /**
   * Puts a proxy in the place of a function. The proxy has the function's name and length, says
   * that it is native code, and is no constructor.
   *
   * @param {string} type The name of an interface, which a browser may lack.
   * @param {string} key
   * @param {number} texts How many arguments the browser takes as texts, if there are that many.
   * @param {(self: unknown, args: any[]) => unknown} judge Whether a call must not be done.
   * @param {(native: Function, self: any, args: any[]) => unknown} [refuse] Returns what such a call returns.
   */
  const wrap = (type, key, texts, judge, refuse) => {
    if (!(type in window)) return;
    try {
      const home = /** @type {any} */ (window)[type].prototype;
      const saved = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(home, key));
      const field = saved.set ? "set" : "value";
      /** @param {Function} native @param {unknown} self @param {any[]} args */
      const call = (native, self, args) => {
        // Only once, as the browser does it: an object may be another text the next time. What throws here throws in the browser, too.
        if (args.length >= texts) for (let i = 0; i < texts; i++) args[i] = `${args[i]}`;
        let stopped;
        try {
          stopped = args.length >= native.length && judge(self, args);
        } catch (error) {
          failed(error);
        }
        return stopped ? refuse?.(native, self, args) : apply(native, self, args);
      };
      const proxy = new Proxy(/** @type {Function} */ (saved[field]), {
        // What returns a promise throws nothing.
        apply: key === "set" ? async (...all) => call(...all) : call,
      });
      Object.defineProperty(home, key, { ...saved, [field]: proxy });
      undo.push(() => {
        // The page may have put a function of its own before the proxy. That one stays.
        if (/** @type {any} */ (Object.getOwnPropertyDescriptor(home, key))[field] === proxy) Object.defineProperty(home, key, saved);
      });
    } catch (error) {
      warn("no guard: " + error); // the page has frozen the prototype, for example
    }
  };

  return (answer, first) => {
    decision = answer;
    if (!first) return;
    wrap("Document", "cookie", 1, (self, args) => {
      const [cookie] = args;
      const erases = () => {
        const [, age, date] = /; *(?:max-age\W+([0-])|expires\W+([^;]*))/i.exec(cookie) || [];
        const past = age || Date.parse(date) < Date.now();
        // Browsers read these attributes in other ways than this does. With one more, which is the last and
        // so counts, nothing is set.
        if (past && enforces) args[0] += ";Max-Age=0";
        return past;
      };
      // A cookie without a "=" has no name, and what is there is its value.
      return self === document && stops(0, /** @type {any} */ (/^[^=;]*(?==)|/.exec(cookie))[0].trim(), erases);
    });
    wrap("CookieStore", "set", 2, (self, [cookie, value]) => {
      const name = value === undefined ? cookie?.name : cookie;
      return self === cookieStore && name !== undefined && stops(0, `${name}`, () => (cookie.expires ?? NaN) < Date.now());
    });
    wrap("Storage", "setItem", 2, (self, [name]) => (self === localStorage ? stops(1, name) : self === sessionStorage && stops(2, name)));
    wrap("IDBFactory", "open", 1, (self, [name]) => self === indexedDB && stops(3, name), (open, self, args) => {
      // Scripts expect a request that succeeds or fails. This one fails: what it opens is never made.
      args[0] = "charte-no";
      const request = apply(open, self, args);
      request.addEventListener("upgradeneeded", (/** @type {Event} */ event) => {
        event.stopImmediatePropagation();
        request.transaction.abort();
        self.deleteDatabase(args[0]); // WebKit keeps it, without a version
      });
      return request;
    });
    painted().then(() => act(({ unmarked }) => unmarked((id) => allows(decision, id))));
  };
};
