/** Reports what the guard finds. Part of release.js where the catalogue has site.guard. */
import { page, warn } from "./page.js";

/** The kinds of names. The first four are in the order of a service's patterns. */
const KINDS = /** @type {const} */ (["cookie", "localStorage", "sessionStorage", "indexedDB", "host"]);

/** The kind of hosts. */
export const HOST = 4;

/** How often each name was found, by kind and name. @type {Map<string, number>} */
const counts = new Map();

/** What is about to be reported: the last of each. @type {Map<string, {services: string[], enforced: boolean}>} */
const due = new Map();

/**
 * Dispatches `charte:undeclared` on the document, and warns of each name once. It does so in a
 * task of its own, so that a listener that writes the same once more does not stop the page.
 * What is found until then is reported together.
 *
 * @param {number} kind An index of KINDS.
 * @param {string} name
 * @param {string[]} services The services that declare it. None of them may run.
 * @param {boolean} enforced Whether it was kept from happening.
 * @param {string} [text] The warning's, for hosts.
 */
export const undeclared = (kind, name, services, enforced, text) => {
  const key = kind + name;
  const first = !counts.has(key);
  counts.set(key, (counts.get(key) || 0) + 1);
  const waits = due.has(key);
  due.set(key, { services, enforced });
  if (first) {
    const done = kind === 3 ? "opened" : "written";
    const why = services.length ? services.join(" and ") + " may not run" : "no service declares it";
    warn(text || `${KINDS[kind]} ${JSON.stringify(name)} was ${enforced ? "not " + done + ": " : done + ", but "}${why}`);
  }
  if (waits) return;
  setTimeout(() => {
    const last = /** @type {{services: string[], enforced: boolean}} */ (due.get(key));
    due.delete(key);
    const detail = Object.freeze({
      kind: KINDS[kind],
      name,
      services: Object.freeze(last.services),
      enforced: last.enforced,
      count: /** @type {number} */ (counts.get(key)),
    });
    page.dispatchEvent(new CustomEvent("charte:undeclared", { detail }));
  });
};
