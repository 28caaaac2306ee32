/**
 * Erases the databases (IndexedDB) of services that may not run. It is in the charte.js of
 * catalogues that declare databases, by way of the module charte:signals (web/bundle/signals.go).
 */
import { covers, may, services } from "./consent.js";

/** The place of databases in a service's patterns. */
const DATABASES = 3;

/** The answer in force. @type {import("./consent.js").Decision | undefined} */
let decision;

/** @param {import("./consent.js").Service} s */
const isAllowed = (s) => may(decision, s);

/**
 * Databases that no service declares are left alone. One that a page has open is erased when
 * it is closed, at the latest with the page.
 */
const sweep = async () => {
  const declared = services.filter((s) => s.patterns[DATABASES]?.length);
  // Where there is nothing to erase, the browser is not asked what databases it has.
  if (declared.every(isAllowed)) return;
  /** @type {(string | undefined)[]} */
  let names = declared.flatMap((s) => s.patterns[DATABASES]);
  try {
    names = (await indexedDB.databases()).map(({ name }) => name);
  } catch {} // Firefox before 126 cannot list databases: those with a whole name in the catalogue are erased
  for (const name of names) {
    try {
      const owners = declared.filter((s) => s.patterns[DATABASES].some((pattern) => covers(/** @type {string} */ (name), pattern)));
      // The answer may have changed while the browser looked for its databases.
      if (!owners.length || owners.some(isAllowed)) continue;
      indexedDB.deleteDatabase(/** @type {string} */ (name));
    } catch {} // a sandboxed frame throws
  }
};

/**
 * Erases what refused services have left. It does so again twice, for what they still write.
 *
 * @returns {import("./signals.js").Signal}
 */
export const databases = () => (answer, first) => {
  decision = answer;
  if (answer || !first) for (const ms of [0, 1000, 5000]) setTimeout(sweep, ms);
};
