/**
 * What an answer is and what it allows: the same rules as package consent in
 * Go. Both are held to banner/consent/testdata/vectors.json.
 */
import * as site from "charte:site";

/** Days an answer is kept, as in banner/consent/codec.go. */
const LIFETIME_DAYS = 182;

const DAY_MS = 864e5;

/**
 * @typedef {object} Service
 * @property {string} id
 * @property {string} category
 * @property {boolean} asks Waits for consent.
 * @property {string[][]} patterns Names of cookies, of localStorage and of
 *   sessionStorage entries; a final "*" stands for any ending.
 *
 * @typedef {object} Decision
 * @property {string} on The day of the answer, 2026-11-23.
 * @property {Service[]} yes The services that were granted.
 */

/** @type {Service[]} */
export const services = [];

/** @type {Map<string, {necessary: boolean, services: Service[]}>} */
export const categories = new Map();

for (const [category, necessary, list] of site.policy) {
  const own = list.map(([id, asks, ...patterns]) => ({ id, category, asks: !!asks, patterns }));
  services.push(...own);
  categories.set(category, { necessary: !!necessary, services: own });
}

/** @returns {number} Days since 1970-01-01, UTC. */
export const today = () => Math.floor(Date.now() / DAY_MS);

/** @param {number} day @returns {string} 2026-11-23 */
const dayString = (day) => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** @param {(s: Service) => unknown} granted @returns {string} The yes of a cookie. */
const yesOf = (granted) =>
  [...categories]
    .flatMap(([id, category]) => {
      const asking = category.services.filter((s) => s.asks);
      const given = asking.filter(granted);
      return given.length && given.length == asking.length ? id : given.map((s) => id + "." + s.id);
    })
    .sort()
    .join("+");

/**
 * @param {string} value A cookie's value.
 * @param {number} now Today.
 * @returns {Decision | undefined} Undefined for anything but what Go writes.
 */
export const decode = (value, now) => {
  const [, on, rev, yes = ""] =
    /^v=1&on=(\d{4}-\d\d-\d\d)&rev=(\w+)(?:&yes=([a-z0-9.+-]*))?$/.exec(value) || [];
  const day = Date.parse(on) / DAY_MS;
  if (rev !== site.rev || !(day <= now + 1 && day >= now - LIFETIME_DAYS)) return;
  // What is too long is not what Go writes either: see the last line.
  const tokens = yes.split("+");
  const granted = services.filter(
    (s) => s.asks && (tokens.includes(s.category) || tokens.includes(s.category + "." + s.id)),
  );
  if (dayString(day) === on && yesOf((s) => granted.includes(s)) === yes) return { on, yes: granted };
};

/**
 * Reads the answer out of a cookie string. The most restrictive of several
 * wins, and one that is no answer makes the whole none.
 *
 * @param {string} cookies As `document.cookie` has them.
 * @param {number} now Today.
 * @returns {Decision | undefined}
 */
export const read = (cookies, now) => {
  const found = cookies
    .split(";")
    .map((pair) => /^ *cookies_preferences(?:=(.*?))? *$/s.exec(pair))
    .filter(Boolean)
    .map((match) => decode(match[1], now));
  if (!found.length || found.includes(undefined)) return;
  return {
    on: found.map((d) => d.on).sort()[0],
    yes: found[0].yes.filter((s) => found.every((d) => d.yes.includes(s))),
  };
};

/** @param {Decision | undefined} a @param {Decision | undefined} b @returns {boolean} */
export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** @param {string} name @param {string} pattern @returns {boolean} */
export const covers = (name, pattern) =>
  pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

/**
 * What an id names: the services of a category, one service ("youtube" or
 * "third-party.youtube"), or those that declare a cookie of this name.
 *
 * @param {string} id
 * @returns {Service[]} Empty for what is not declared.
 */
export const named = (id) => {
  const category = categories.get(id);
  if (category) return category.services;
  const one = services.filter((s) => id === s.id || id === s.category + "." + s.id);
  return one.length ? one : services.filter((s) => s.patterns.flat().some((pattern) => covers(id, pattern)));
};

/** @param {Decision | undefined} decision @param {Service} s @returns {boolean} Whether it may run. */
export const may = (decision, s) => !s.asks || !!decision?.yes.includes(s);

/**
 * @param {Decision | undefined} decision
 * @param {string} id A category, a service or a cookie's name.
 * @returns {boolean} Whether it may run.
 */
export const allows = (decision, id) => {
  const meant = named(id);
  return !!categories.get(id)?.necessary || (meant.length > 0 && meant.every((s) => may(decision, s)));
};

/**
 * The ids that ask and are granted, or refused, in the catalogue's order.
 *
 * @param {Decision | undefined} decision
 * @param {boolean} granted
 * @returns {string[]}
 */
export const ids = (decision, granted) =>
  [...categories].flatMap(([id, { services }]) => {
    const asking = services.filter((s) => s.asks);
    return (asking.length ? [id] : [])
      .concat(asking.map((s) => s.id))
      .filter((id) => allows(decision, id) === granted);
  });

/**
 * What an answer says, for comparing: pages put a toJSON of their own on every
 * object.
 *
 * @param {Decision | undefined} decision
 */
export const said = (decision) => String([decision?.on, ids(decision, true)]);

/**
 * The values of the two answers of the notice, as Go composed them, on a day.
 *
 * @param {boolean} all
 * @param {number} now Today.
 */
export const answerValue = (all, now) =>
  "v=1&on=" + dayString(now) + "&rev=" + site.rev + (all ? site.yes : "");
