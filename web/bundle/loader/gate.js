/**
 * Elements that wait for consent. They are found wherever and whenever they come
 * into the page, released when consent is given, and taken back when it is withdrawn.
 */
import { categories, may } from "./consent.js";
import { page, task, warn } from "./page.js";
import { more } from "./program.js";
import { fresh, isCopy, over, run } from "./script.js";
import { lang } from "./tongue.js";

/**
 * @typedef {import("./consent.js").Category} Category
 * @typedef {import("./consent.js").Service} Service
 * @typedef {typeof import("./release.js")} Release
 *
 * @typedef {object} Demand What an element waits for.
 * @property {boolean} open Whether it may run.
 * @property {Service[]} services
 * @property {string} id The service or category to ask the visitor for.
 * @property {boolean} against Whether it runs when consent is withdrawn.
 */

/** Frames that are allowed in this page only. @type {WeakSet<Element>} */
let once = new WeakSet();

/** Services whose code has run in this page. @type {Set<Service>} */
export const ran = new Set();

/** Settled when every script that was released has run. @type {Promise<unknown>} */
export let turn = Promise.resolve();

/** @type {import("./consent.js").Decision | undefined} */
let decision;

/** Services that an answer in this page took back, and that no later one has granted again. @type {Service[]} */
let withdrawn = [];

/** Called for a frame's "always allow". @type {(id: string) => void} */
let always;

/**
 * @param {HTMLElement} element An element with a data-category. Without one, this throws.
 * @returns {Demand | undefined} Undefined if the catalogue does not declare what it waits for.
 */
const demand = (element) => {
  const { category, service = "" } = /** @type {{ category: string, service?: string }} */ (element.dataset);
  const against = category[0] === "!" || service[0] === "!";
  const home = category.replace(/^!/, "");
  const own = service.replace(/^!/, "");
  const declared = categories.get(home);
  const services = declared?.services.filter((s) => !service || s.id === own);
  // A category without services counts as declared: see allows in consent.js.
  if (!services || (service && !services.length)) return;
  const allowed = /** @type {Category} */ (declared).necessary || (services.length > 0 && services.every((s) => may(decision, s)));
  const open = against ? !allowed && services.some((s) => withdrawn.includes(s)) : allowed || once.has(element);
  return { open, services, id: own || home, against };
};

/** Warns that something was not run. @param {Error} error */
const failed = (error) => warn("not run: " + error.message);

/**
 * Fetches release.js and calls back with it. If either fails, it warns.
 *
 * @template T
 * @param {(release: Release) => T | Promise<T>} then
 * @returns {Promise<T | undefined>} What `then` returns. Undefined if something failed.
 */
export const act = (then) => more().then(then).catch(failed);

/** Whether the page is still being parsed. */
const isLoading = () => page.readyState === "loading";

/** Releases a gated element or takes it back, as the answer in force says. @param {HTMLElement} element */
const look = (element) => {
  // The parser may still be within an element that no text follows: then a script has half of its own. (An element
  // that follows may be the page's, put there meanwhile.)
  if (over.has(element) || (isLoading() && !(element.nextSibling instanceof Text))) return;
  if (isCopy(element)) return over.add(element);
  const demanded = demand(element);
  const { localName } = element;
  const attribute = localName === "link" ? "href" : "src";
  const address = element.dataset[attribute] ?? element.getAttribute(attribute);
  // "javascript:" would run here. A link that leads nowhere has the protocol ":".
  const isFile = /^https?:$/.test(Object.assign(page.createElement("a"), { href: address }).protocol);
  if (!demanded || !(address === null || isFile)) {
    over.add(element);
    return warn((demanded ? "not http: " : "not declared: ") + /** @type {Element} */ (element.cloneNode()).outerHTML);
  }
  const { open, services, id, against } = demanded;

  // Turbo shows a page from its cache until the fresh one is there, which has the same elements again.
  if (open && page.documentElement.hasAttribute("data-turbo-preview")) return;

  if (localName === "script") {
    if (!open) return;
    over.add(element);
    const go = async () => {
      // While the page loads, its events are still to come, and scripts run at once.
      // Later they hear of what has passed, and each gets a task of its own.
      /** @type {Release["replay"] | undefined} */
      let replay;
      if (performance.timing.domContentLoadedEventStart) {
        await task();
        replay = await act((release) => release.replay);
      }
      // The answer may have changed during the waiting, so it is checked again. If the page has
      // meanwhile made the element wait for something undeclared, this throws and nothing runs.
      if (!element.isConnected || !(/** @type {Demand} */ (demand(element)).open)) return over.delete(element);
      if (!against) services.forEach(ran.add, ran);
      await run(/** @type {HTMLScriptElement} */ (element), address, replay);
    };
    if (address && element.hasAttribute("async")) go().catch(failed);
    else turn = turn.then(go).catch(failed);
    return;
  }

  // An element that was never shown need not be hidden, but a frame gets a placeholder. release.js
  // marks elements that were shown. Copies of them have the mark, too.
  if (!open && localName !== "iframe" && !element.dataset.charteShown) return;
  if (open && /** @type {HTMLTemplateElement} */ (element).content?.querySelector("script")) services.forEach(ran.add, ran);
  const allow = (/** @type {boolean} */ forGood) => {
    once.add(element);
    look(element);
    if (forGood) always(id);
  };
  act(({ settle }) => settle(element, address, /** @type {Demand} */ (demand(element)).open, against ? "" : id, lang, allow, fresh));
};

/** Matches gated elements. */
const GATED = ":is(script[type='text/plain'],template,:is(iframe,img)[data-src],link[data-href])[data-category]";

/** Looks at every gated element of the page. */
export const lookAtAll = () => {
  /** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll(GATED)).forEach(look);
};

/**
 * Takes an answer as the one in force.
 *
 * @param {import("./consent.js").Decision | undefined} answer
 * @param {Service[]} taken The services that it takes back.
 * @param {boolean} [onlyGrants] Whether the visitor only said yes. Then frames that were
 *   allowed once stay allowed.
 */
export const obey = (answer, taken, onlyGrants) => {
  decision = answer;
  withdrawn = [...withdrawn.filter((s) => !may(answer, s)), ...taken];
  if (!onlyGrants || taken.length) once = new WeakSet();
};

/**
 * @param {(id: string) => void} allow What a frame's "always allow" calls.
 * @param {() => void} changed Called when the page is there, and soon after its elements have changed.
 */
export const start = (allow, changed) => {
  const GATHER_MS = 100; // changes of the page within this time are dealt with together
  always = allow;
  /** @type {number | undefined} */
  let gathering;
  const gather = () => {
    gathering = 0;
    lookAtAll();
    if (!isLoading()) changed(); // last, so that scripts do not wait for our control
  };
  gather();
  page.addEventListener("readystatechange", gather); // before DOMContentLoaded, which scripts may listen for
  new MutationObserver(() => {
    // While the page is parsed, elements are released as soon as the parser has gone past them. In a
    // timer, they would wait for the page's first frame. (100,000 elements are parsed as fast as without.)
    if (isLoading()) lookAtAll();
    gathering ||= setTimeout(gather, GATHER_MS);
  }).observe(document, { childList: true, subtree: true });
};
