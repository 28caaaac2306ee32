/** Reads and writes the answer's cookie, and erases the cookies of services that may not run. */
import { covers, decode, may, read, said, services, today } from "./consent.js";
import { page } from "./page.js";

const NAME = "cookies_preferences";

/** The value of an answer that the browser has not kept, or "". It lasts as long as this page. @type {string} */
export let unkept = "";

/** @returns {import("./consent.js").Decision | undefined} The answer in the browser's cookies. */
const stored = () => {
  try {
    return read(page.cookie, today());
  } catch {} // a sandboxed frame throws
};

/** @returns {import("./consent.js").Decision | undefined} The answer in force. */
export const current = () => decode(unkept, today()) || stored();

/** @param {string} cookie As `document.cookie` takes one. */
const put = (cookie) => {
  try {
    // Without Secure a browser touches neither __Secure- nor __Host- cookies.
    page.cookie = cookie + (location.protocol === "https:" ? "; Secure" : "");
  } catch {} // a sandboxed frame throws
};

/**
 * Erases a cookie wherever this page can reach it: the host and every parent
 * domain, every parent path with and without its slash, partitioned or not.
 *
 * @param {string} name
 */
export const erase = (name) => {
  const labels = location.hostname.split(".");
  const steps = location.pathname.split("/");
  const domains = labels.map((_, i) => "; Domain=" + labels.slice(i).join("."));
  const paths = steps.map((_, i) => steps.slice(0, i + 1).join("/")).flatMap((path) => [path, path + "/"]);
  for (const domain of ["", ...domains]) {
    for (const path of paths) {
      // A partitioned cookie of the same name is a separate cookie (https://github.com/privacycg/CHIPS).
      for (const kind of ["", "; Secure; Partitioned"]) put(name + "=; Max-Age=0; Path=" + path + domain + kind);
    }
  }
};

/**
 * Writes an answer's cookie.
 *
 * @param {string} value As Go composed it.
 */
export const write = (value) => put(NAME + "=" + value + site.suffix);

/**
 * Reads back what was written, by this script or by Go. Another cookie of the same
 * name, on another path or domain, may contradict it. Only then are all of them
 * erased and the answer written again, because each erasure is a call to another
 * process of the browser. If the browser does not keep the answer even so, it
 * holds in this page only.
 *
 * @param {string} value
 * @returns {boolean} Whether it is kept.
 */
export const settle = (value) => {
  const meant = decode(value, today());
  const isKept = () => said(meant) === said(stored());
  if (!isKept()) {
    erase(NAME);
    write(value);
  }
  unkept = isKept() ? "" : value;
  return !unkept;
};

/** Forgets the answer: the visitor is asked again. */
export const forget = () => {
  unkept = "";
  erase(NAME);
};

/**
 * Erases the cookies of services that may not run, and their entries in both
 * storages. Entries that no service declares are left alone.
 *
 * @param {import("./consent.js").Decision | undefined} decision
 */
export const sweep = (decision) =>
  [() => page, () => localStorage, () => sessionStorage].forEach((open, kind) => {
    const declared = services.filter((s) => s.patterns[kind]?.length);
    // A storage in which there is nothing to erase is not opened.
    if (declared.every((s) => may(decision, s))) return;
    try {
      const store = open();
      const names = kind ? Object.keys(store) : /** @type {Document} */ (store).cookie.split(/; */).map((pair) => pair.split("=")[0]);
      for (const name of names) {
        const owners = declared.filter((s) => s.patterns[kind].some((pattern) => covers(name, pattern)));
        if (!owners.length || owners.some((s) => may(decision, s))) continue;
        if (kind) /** @type {Storage} */ (store).removeItem(name);
        else erase(name);
      }
    } catch {} // a sandboxed frame throws
  });
