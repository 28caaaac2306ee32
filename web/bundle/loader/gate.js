/**
 * Elements that wait for consent: found wherever and whenever they come into
 * the page, released when it is given, taken back when it is withdrawn.
 */
import { categories, may } from "./consent.js";
import { page, warn } from "./page.js";
import { more } from "./program.js";
import { fresh, isCopy, over, run } from "./script.js";
import { lang } from "./tongue.js";

/** @typedef {import("./consent.js").Service} Service */

const GATED = ":is(script[type='text/plain'],template,:is(iframe,img)[data-src],link[data-href])[data-category]";

/** Milliseconds that nodes which come late are gathered. */
const GATHER_MS = 100;

/** Frames that are allowed in this page only. @type {WeakSet<Element>} */
let once = new WeakSet();

/** Services whose code has run in this page. @type {Set<Service>} */
export const ran = new Set();

/** Settled when every script that was released has run. */
export let turn = Promise.resolve();

/** @type {import("./consent.js").Decision | undefined} */
let decision;

/** What answers in this page took back, and none has given again. @type {Service[]} */
let withdrawn = [];

/** Called for a frame's "always allow". @type {(id: string) => void} */
let always;

/**
 * What an element waits for.
 *
 * @param {HTMLElement} element
 * @returns {[open?: boolean, meant?: Service[], id?: string, against?: boolean]} Nothing
 *   for what nobody declared. Open: it may run. Against: it runs when consent is withdrawn.
 */
const demand = (element) => {
  const { category, service = "" } = element.dataset;
  const [home, own] = [category, service].map((name) => name.replace(/^!/, ""));
  const declared = categories.get(home);
  const meant = declared?.services.filter((s) => !service || s.id === own);
  // A category without services is declared all the same: see allows in consent.js.
  if (!meant || (service && !meant.length)) return [];
  const against = home + own !== category + service;
  const allowed = declared.necessary || (meant.length > 0 && meant.every((s) => may(decision, s)));
  const open = against ? !allowed && meant.some((s) => withdrawn.includes(s)) : allowed || once.has(element);
  return [open, meant, own || home, against];
};

/** @param {(release: typeof import("./release.js")) => any} then Called with what is seldom needed, where that can be had. */
export const act = (then) => more().then(then).catch((error) => warn("not run: " + error.message));

/** Does with a gated element what the answer in force says. @param {HTMLElement} element */
const look = (element) => {
  if (over.has(element)) return;
  if (isCopy(element)) return over.add(element);
  const [open, meant, id, against] = demand(element);
  const { localName } = element;
  const attribute = localName === "link" ? "href" : "src";
  const address = element.dataset[attribute] ?? element.getAttribute(attribute);
  // "javascript:" would run here. A link that leads nowhere has the protocol ":".
  const isFile = /^https?:$/.test(Object.assign(page.createElement("a"), { href: address }).protocol);
  if (!meant || !(address === null || isFile)) {
    over.add(element);
    return warn(`${meant ? "not http" : "not in the catalogue"}: ${element.cloneNode().outerHTML}`);
  }

  // Turbo shows a page from its cache until it has the fresh one, in which all this comes again.
  if (open && page.documentElement.hasAttribute("data-turbo-preview")) return;

  if (localName === "script") {
    if (!open) return;
    over.add(element);
    const go = async () => {
      // As the page loads, its events are still to come, and scripts run at once;
      // later each gets a task of its own.
      const late = performance.timing.domContentLoadedEventStart; // 0 until then
      const replay = late ? await new Promise((next) => setTimeout(() => next(act(({ replay }) => replay)))) : undefined;
      // Only now, when nothing is waited for any more: the answer may be another.
      if (!element.isConnected || !demand(element)[0]) return over.delete(element);
      if (!against) meant.forEach(ran.add, ran);
      await run(element, address, replay);
    };
    const failed = (error) => warn("not run: " + error.message); // and the next runs
    if (address && element.hasAttribute("async")) go().catch(failed);
    else turn = turn.then(go).catch(failed);
    return;
  }

  // What was never shown (release.js marks what was, and so are copies of it marked),
  // and asks nobody, needs nobody to hide it.
  if (!open && localName !== "iframe" && !element.dataset.charteShown) return;
  if (open && element.content?.querySelector("script")) meant.forEach(ran.add, ran);
  const allow = (/** @type {boolean} */ forGood) => {
    once.add(element);
    look(element);
    if (forGood) always(id);
  };
  act(({ settle }) => settle(element, address, demand(element)[0], against ? "" : id, lang, allow, fresh));
};

/** Looks at every gated element of the page. */
export const lookAtAll = () => page.querySelectorAll(GATED).forEach(look);

/**
 * Keeps to an answer from now on.
 *
 * @param {import("./consent.js").Decision | undefined} answer
 * @param {Service[]} taken What it takes back.
 * @param {boolean} [onlyGrants] Whether all that was said is yes to something: then what was
 *   allowed once stays.
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
  always = allow;
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
  // While the page is parsed, a script may stand there without the rest of its text.
  if (page.readyState === "loading") page.addEventListener("DOMContentLoaded", watch);
  else watch();
};
