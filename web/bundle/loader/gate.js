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
 * @returns {{open: boolean, services: Service[], id: string, against: boolean} | undefined}
 *   Undefined for what nobody declared. Open: it may run. Against: it runs when consent is
 *   withdrawn. The id is for whoever is asked.
 */
const demand = (element) => {
  const { category, service = "" } = element.dataset;
  const against = category[0] === "!" || service[0] === "!";
  const home = category.replace(/^!/, "");
  const own = service.replace(/^!/, "");
  const declared = categories.get(home);
  const services = declared?.services.filter((s) => !service || s.id === own);
  // A category without services is declared all the same: see allows in consent.js.
  if (!services || (service && !services.length)) return;
  const allowed = declared.necessary || (services.length > 0 && services.every((s) => may(decision, s)));
  const open = against ? !allowed && services.some((s) => withdrawn.includes(s)) : allowed || once.has(element);
  return { open, services, id: own || home, against };
};

/** Says that something was not run; what comes next runs. @param {Error} error */
const failed = (error) => warn("not run: " + error.message);

/** @param {(release: typeof import("./release.js")) => any} then Called with what is seldom needed, where that can be had. */
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
    return warn((demanded ? "not http: " : "not in the catalogue: ") + element.cloneNode().outerHTML);
  }
  const { open, services, id, against } = demanded;

  // Turbo shows a page from its cache until it has the fresh one, in which all this comes again.
  if (open && page.documentElement.hasAttribute("data-turbo-preview")) return;

  if (localName === "script") {
    if (!open) return;
    over.add(element);
    const go = async () => {
      // As the page loads, its events are still to come, and scripts run at once;
      // later each gets a task of its own.
      let replay;
      if (performance.timing.domContentLoadedEventStart) {
        await new Promise((next) => setTimeout(next));
        replay = await act((release) => release.replay);
      }
      // Only now, when nothing is waited for any more: the answer may be another.
      if (!element.isConnected || !demand(element).open) return over.delete(element);
      if (!against) services.forEach(ran.add, ran);
      await run(element, address, replay);
    };
    if (address && element.hasAttribute("async")) go().catch(failed);
    else turn = turn.then(go).catch(failed);
    return;
  }

  // What was never shown (release.js marks what was, and so are copies of it marked),
  // and asks nobody, needs nobody to hide it.
  if (!open && localName !== "iframe" && !element.dataset.charteShown) return;
  if (open && element.content?.querySelector("script")) services.forEach(ran.add, ran);
  const allow = (/** @type {boolean} */ forGood) => {
    once.add(element);
    look(element);
    if (forGood) always(id);
  };
  act(({ settle }) => settle(element, address, demand(element).open, against ? "" : id, lang, allow, fresh));
};

/** Looks at every gated element of the page. */
export const lookAtAll = () => {
  const GATED = ":is(script[type='text/plain'],template,:is(iframe,img)[data-src],link[data-href])[data-category]";
  page.querySelectorAll(GATED).forEach(look);
};

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
  const GATHER_MS = 100; // nodes that come late are looked at together
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
