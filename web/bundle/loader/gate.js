/**
 * Elements that wait for consent: found wherever and whenever they come into
 * the page, released when it is given, taken back when it is withdrawn.
 */
import { categories, may } from "./consent.js";
import { page, warn } from "./page.js";
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

/** Services that an answer in this page took back, and that none has granted again. @type {Service[]} */
let withdrawn = [];

/** Called for a frame's "always allow". @type {(id: string) => void} */
let always;

/**
 * @param {HTMLElement} element That has a data-category; without it, this throws.
 * @returns {Demand | undefined} Undefined where the catalogue does not declare what it waits for.
 */
const demand = (element) => {
  const { category, service = "" } = /** @type {{ category: string, service?: string }} */ (element.dataset);
  const against = category[0] === "!" || service[0] === "!";
  const home = category.replace(/^!/, "");
  const own = service.replace(/^!/, "");
  const declared = categories.get(home);
  const services = declared?.services.filter((s) => !service || s.id === own);
  // A category without services is declared all the same: see allows in consent.js.
  if (!services || (service && !services.length)) return;
  const allowed = /** @type {Category} */ (declared).necessary || (services.length > 0 && services.every((s) => may(decision, s)));
  const open = against ? !allowed && services.some((s) => withdrawn.includes(s)) : allowed || once.has(element);
  return { open, services, id: own || home, against };
};

/** Says that something was not run. What comes next runs all the same. @param {Error} error */
const failed = (error) => warn("not run: " + error.message);

/**
 * Fetches release.js and calls back with it. Where either fails, that is warned of.
 *
 * @template T
 * @param {(release: Release) => T | Promise<T>} then
 * @returns {Promise<T | undefined>} What it returns; undefined where something failed.
 */
export const act = (then) => more().then(then).catch(failed);

/** Does with a gated element what the answer in force says. @param {HTMLElement} element */
const look = (element) => {
  if (over.has(element)) return;
  if (isCopy(element)) return over.add(element);
  const demanded = demand(element);
  const { localName } = element;
  const attribute = localName === "link" ? "href" : "src";
  const address = element.dataset[attribute] ?? element.getAttribute(attribute);
  // "javascript:" would run here. A link that leads nowhere has the protocol ":".
  const isFile = /^https?:$/.test(Object.assign(page.createElement("a"), { href: address }).protocol);
  if (!demanded || !(address === null || isFile)) {
    over.add(element);
    return warn((demanded ? "not http: " : "not in the catalogue: ") + /** @type {Element} */ (element.cloneNode()).outerHTML);
  }
  const { open, services, id, against } = demanded;

  // Turbo shows a page from its cache until it has the fresh one, in which all this comes again.
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
        await new Promise((next) => setTimeout(next));
        replay = await act((release) => release.replay);
      }
      // Asked again after the waiting: the answer may be another. If the page has meanwhile made the
      // element wait for something undeclared, this throws, and the element does not run.
      if (!element.isConnected || !(/** @type {Demand} */ (demand(element)).open)) return over.delete(element);
      if (!against) services.forEach(ran.add, ran);
      await run(/** @type {HTMLScriptElement} */ (element), address, replay);
    };
    if (address && element.hasAttribute("async")) go().catch(failed);
    else turn = turn.then(go).catch(failed);
    return;
  }

  // What was never shown needs no hiding; only a frame asks in its place. release.js marks what
  // was shown, and copies of it have the mark, too.
  if (!open && localName !== "iframe" && !element.dataset.charteShown) return;
  if (open && /** @type {HTMLTemplateElement} */ (element).content?.querySelector("script")) services.forEach(ran.add, ran);
  const allow = (/** @type {boolean} */ forGood) => {
    once.add(element);
    look(element);
    if (forGood) always(id);
  };
  act(({ settle }) => settle(element, address, /** @type {Demand} */ (demand(element)).open, against ? "" : id, lang, allow, fresh));
};

/** Looks at every gated element of the page. */
export const lookAtAll = () => {
  const GATED = ":is(script[type='text/plain'],template,:is(iframe,img)[data-src],link[data-href])[data-category]";
  /** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll(GATED)).forEach(look);
};

/**
 * Keeps to an answer from now on.
 *
 * @param {import("./consent.js").Decision | undefined} answer
 * @param {Service[]} taken What it takes back.
 * @param {boolean} [onlyGrants] Whether it was a yes and nothing else: then what was allowed
 *   once stays.
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
  const GATHER_MS = 100; // nodes that come late are looked at together
  always = allow;
  /** @type {number | undefined} */
  let gathering;
  const gather = () => {
    gathering = 0;
    lookAtAll();
    changed(); // after: a returning visitor's scripts do not wait for the control
  };
  const watch = () => {
    gather();
    new MutationObserver(() => (gathering ||= setTimeout(gather, GATHER_MS))).observe(document, { childList: true, subtree: true });
  };
  // While the page is parsed, a script may be there with half of its text.
  if (page.readyState === "loading") page.addEventListener("DOMContentLoaded", watch);
  else watch();
};
