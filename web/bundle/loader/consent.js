/**
 * What an answer is and what it allows: the same rules as package consent in
 * Go. Both are held to banner/consent/testdata/vectors.json.
 */

const DAY_MS = 864e5;

/**
 * @typedef {object} Service
 * @property {string} id
 * @property {string} home The id of its category.
 * @property {string} full The service's name in the cookie, category and id: "third-party.youtube".
 * @property {boolean} asks Whether it waits for consent.
 * @property {boolean} exempt Whether it runs until the visitor objects. A service that
 *   neither asks nor is exempt is necessary.
 * @property {string[][]} patterns Names of cookies, of localStorage and sessionStorage
 *   entries, and of databases; a final "*" stands for any ending.
 *
 * @typedef {object} Category
 * @property {boolean} necessary
 * @property {Service[]} services
 *
 * @typedef {object} Decision
 * @property {string} on The day of the answer, 2026-11-23.
 * @property {Service[]} yes The services that may run: those that were granted, or
 *   need no consent and were not objected to.
 */

/** @type {Service[]} */
export const services = [];

/** By id, in the catalogue's order. @type {Map<string, Category>} */
export const categories = new Map();

for (const [category, necessary, declared] of site.policy) {
  const own = declared.map(([id, asks, ...patterns]) => ({
    id,
    home: category,
    full: category + "." + id,
    asks,
    exempt: !asks && !necessary,
    patterns,
  }));
  services.push(...own);
  categories.set(category, { necessary, services: own });
}

/** @returns {number} Days since 1970-01-01, UTC. */
export const today = () => Math.floor(Date.now() / DAY_MS);

/** @param {number} day @returns {string} 2026-11-23 */
const dayString = (day) => new Date(day * DAY_MS).toISOString().slice(0, 10);

/**
 * Writes one list of a cookie's value. If all of a category's services that the list is
 * about are in it, the category stands for them.
 *
 * @param {string} key "&yes=" or "&no=".
 * @param {(s: Service) => boolean} isMeant Whether the list is about a service.
 * @param {(s: Service) => boolean} isListed Whether it is in the list.
 * @returns {string} Empty where nothing is listed.
 */
const listOf = (key, isMeant, isListed) => {
  const names = [...categories]
    .flatMap(([id, { services }]) => {
      const meant = services.filter(isMeant);
      const listed = meant.filter(isListed);
      const whole = listed.length > 0 && listed.length === meant.length;
      return whole ? id : listed.map((s) => s.full);
    })
    .sort()
    .join("+");
  return names && key + names;
};

/** @param {number} day @param {Service[]} may What may run. @returns {string} The cookie's value, as Go writes it. */
const valueOf = (day, may) =>
  "v=1&on=" + dayString(day) + "&rev=" + site.rev +
  listOf("&yes=", (s) => s.asks, (s) => may.includes(s)) +
  listOf("&no=", (s) => s.exempt, (s) => !may.includes(s));

/**
 * Takes a cookie's value apart, whatever its revision.
 *
 * @param {string} value
 * @param {number} now Today.
 * @returns {{on: string, day: number, names: (s: Service) => boolean} | undefined} The
 *   day, as a text and as a number, and a function that says whether a list names a service.
 *   The list is "yes" for services that ask, and "no" for the others.
 */
const parse = (value, now) => {
  const LIFETIME_DAYS = 182; // both numbers are those of banner/consent/codec.go
  const MAX_BYTES = 1024;
  const [, on, yes = "", no = ""] =
    /^v=1&on=([^&]*)&rev=[a-z0-9.+-]+(?:&yes=([a-z0-9.+-]*))?(?:&no=([a-z0-9.+-]*))?$/.exec(value) || [];
  const day = Date.parse(on) / DAY_MS;
  const names = (/** @type {Service} */ s) => {
    const list = (s.asks ? yes : no).split("+");
    return list.includes(s.home) || list.includes(s.full);
  };
  // The range is checked first, because dayString throws for what is no day.
  if (value?.length <= MAX_BYTES && day <= now + 1 && day >= now - LIFETIME_DAYS && dayString(day) === on) return { on, day, names };
};

/**
 * @param {string} value A cookie's value.
 * @param {number} now Today.
 * @returns {Decision | undefined} Undefined for any value that Go does not write, except
 *   that a refusal may end with an empty "&yes=".
 */
export const decode = (value, now) => {
  const parsed = parse(value, now);
  if (!parsed) return;
  const yes = services.filter((s) => parsed.names(s) === s.asks); // a service that asks may run if it is named, and any other if it is not
  if (valueOf(parsed.day, yes) === value.replace(/&yes=$/, "")) return { on: parsed.on, yes };
};

/**
 * The exempt services that the visitor has objected to in any of our cookies, even one of an
 * earlier revision. They are used while no answer is in force.
 *
 * @type {Service[]}
 */
let objected = [];

/**
 * Reads the answer out of a cookie string. If there are several of our cookies, a service
 * may run only if all of them allow it. If one of them is no answer, there is none.
 *
 * @param {string} cookies As `document.cookie` has them.
 * @param {number} now Today.
 * @returns {Decision | undefined}
 */
export const read = (cookies, now) => {
  const pairs = cookies.matchAll(/(?:^|;) *cookies_preferences(?:=([^;]*?))? *(?=;|$)/g);
  const values = [...pairs].map(([, value]) => value);
  const found = values.map((value) => decode(value, now));
  objected = services.filter((s) => s.exempt && values.some((value) => parse(value, now)?.names(s)));
  if (!found.length || found.includes(undefined)) return;
  const on = /** @type {Decision[]} */ (found).map((d) => d.on).sort()[0];
  return { on, yes: services.filter((s) => /** @type {Decision[]} */ (found).every((d) => d.yes.includes(s))) };
};

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
  const one = services.filter((s) => id === s.id || id === s.full);
  return one.length ? one : services.filter((s) => s.patterns.flat().some((pattern) => covers(id, pattern)));
};

/** @param {Decision | undefined} decision @param {Service} s @returns {boolean} Whether it may run. */
export const may = (decision, s) => (decision ? decision.yes.includes(s) : !s.asks && !objected.includes(s));

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
 * The ids that ask and are granted, or those that are refused, in the catalogue's order.
 * An exempt service is never among the granted. It is among the refused if the visitor
 * objects to it.
 *
 * @param {Decision | undefined} decision
 * @param {boolean} granted
 * @returns {string[]}
 */
export const ids = (decision, granted) =>
  [...categories].flatMap(([id, { services }]) => {
    const asking = services.filter((s) => s.asks || !may(decision, s));
    const named = asking.length ? [id, ...asking.map((s) => s.id)] : [];
    return named.filter((id) => allows(decision, id) === granted);
  });

/**
 * Turns an answer into a text, for comparing answers. JSON.stringify cannot be used, because
 * some pages put a toJSON of their own on every object.
 *
 * @param {Decision | undefined} decision
 */
export const said = (decision) => decision && decision.on + decision.yes.map((s) => s.full);

/**
 * The cookie's value for one of the notice's two answers, as Go composes it. Neither takes
 * an objection back, because the notice does not ask about exempt services.
 *
 * @param {boolean} all True accepts, false refuses.
 * @param {number} now Today.
 * @param {Decision} [before] The answer in force.
 */
export const answerValue = (all, now, before) =>
  valueOf(now, services.filter((s) => (s.asks ? all : may(before, s))));

/**
 * The value of an answer with some choices changed, by the rules of Set in
 * banner/consent/policy.go.
 *
 * @param {Record<string, unknown>} choices By id, true for yes. A category means its
 *   services that ask. A choice of a service or a cookie wins over one of its category.
 * @param {number} now Today.
 * @param {Decision} [before] The answer in force.
 * @returns {string | undefined} Undefined if none of the ids is declared. There is no answer then.
 */
export const changedValue = (choices, now, before) => {
  const keys = Object.keys(choices).sort();
  if (!keys.some((id) => categories.has(id) || named(id).length)) return;
  /** @type {Map<Service, boolean>} */
  const chosen = new Map();
  for (const ofCategories of [true, false]) {
    for (const id of keys.filter((id) => categories.has(id) === ofCategories)) {
      for (const s of named(id)) if (s.asks || !ofCategories) chosen.set(s, choices[id] === true);
    }
  }
  return valueOf(now, services.filter((s) => !(s.asks || s.exempt) || (chosen.get(s) ?? may(before, s))));
};
