/** The answer in the browser's cookie jar. */
import { covers, decode, may, read, said, services, today } from "./consent.js";
import { page } from "./page.js";

const NAME = "cookies_preferences";

/** The value of an answer that the browser has not kept, or "". It lives as long as this page. @type {string} */
export let unkept = "";

/** @returns {import("./consent.js").Decision | undefined} What the jar holds. */
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
 * domain, every parent path with and without its slash, partitioned or not. What
 * does not exist stays so; what is out of reach is left.
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
      // A partitioned cookie of the name is another one (https://github.com/privacycg/CHIPS).
      for (const kind of ["", "; Secure; Partitioned"]) put(name + "=; Max-Age=0; Path=" + path + domain + kind);
    }
  }
};

/**
 * Keeps an answer.
 *
 * @param {string} value As Go composed it.
 */
export const write = (value) => put(NAME + "=" + value + site.suffix);

/**
 * Reads back what was written, by this script or by Go. A stray cookie of the
 * same name, on another path or domain, may contradict it: then all of them are
 * erased, and the answer is written again. (Only then: each erasure is a call to
 * another process.) If the browser does not keep the answer even so, it lives for
 * this page.
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
 * Erases what services that may not run have left: their cookies, and their
 * entries in both storages. What no service declares is left alone.
 *
 * @param {import("./consent.js").Decision | undefined} decision
 */
export const sweep = (decision) =>
  [() => page, () => localStorage, () => sessionStorage].forEach((open, kind) => {
    const declared = services.filter((s) => s.patterns[kind]?.length);
    // A storage in which nobody has anything to erase is not even opened.
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
