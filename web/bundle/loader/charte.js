/**
 * The loader: the one script a site embeds. It reads the answer, holds back what
 * waits for consent, shows the first layer, and offers the hook. Whatever fails,
 * nothing is granted and the page works.
 */
import * as banner from "./banner.js";
import { allows, answerValue, categories, changedValue, ids, may, named, said, services, today } from "./consent.js";
import { current, forget, settle, sweep, write } from "./cookie.js";
import * as gate from "./gate.js";
import { page, painted, tag, task, url, warn } from "./page.js";
import * as program from "./program.js";
import { isSilent } from "./silent.js";
import * as tabs from "./tabs.js";
import { lang } from "./tongue.js";
import { signal } from "charte:signals";

/**
 * @typedef {import("../charte.d.ts").Charte} Charte
 * @typedef {import("../charte.d.ts").CharteDecision} CharteDecision
 * @typedef {import("./consent.js").Decision} Decision
 * @typedef {import("./consent.js").Service} Service
 * @typedef {import("./grow.js").Tree} Tree
 */

/** The words shown without Go. Once `spoken` is settled, they are in the visitor's language. @type {Tree | null | undefined} */
let tree = site.tree;
let saved = site.saved;
let unavailable = site.unavailable;
let manage = site.manage;

const spoken =
  lang !== site.langs[0] &&
  gate.act(async ({ soon }) => {
    [tree, manage, saved, unavailable] = await soon(lang);
  });

/** Says words that charte.js does not hold, once they are fetched. @param {import("./words.js").SettingsKey} key */
const say = (key) => gate.act(({ word }) => word(lang, key, banner.say));

/** The answer in force. @type {Decision | undefined} */
let decision;

/** Settled when servers have been told of the last answer, or cannot be. @type {Promise<void> | undefined} */
let told;

/** The services that may run by the answer in force. @type {Service[]} */
let allowed = [];

/** Applies the answer in force to `allowed`. @returns {Service[]} The services that could run until now and no longer may. */
const follow = () => {
  const withdrawn = allowed.filter((s) => !may(decision, s));
  allowed = services.filter((s) => may(decision, s));
  return withdrawn;
};

/** Whether an answer is being given that only grants: by a frame's "always", or by the page. */
let granting = false;

/** The ids that `when` waits for, with what to call when they are granted. @type {[string, () => void][]} */
let waiting = [];

/** The answer in force as the page sees it. @returns {CharteDecision} */
const mirror = () =>
  Object.freeze({
    answered: !!decision,
    on: decision?.on || "",
    revision: site.rev,
    granted: Object.freeze(ids(decision, true)),
    refused: Object.freeze(ids(decision, false)),
  });

/** @param {string} name The event's name without "charte:". */
const dispatch = (name) => {
  page.dispatchEvent(new CustomEvent("charte:" + name, { detail: mirror() }));
};

/** Erases what refused services have left. It does so again twice, for what they still write. */
const clean = () => {
  for (const ms of [0, 1000, 5000]) setTimeout(() => sweep(decision), ms);
};

/**
 * Reads the answer again, and applies it to the page.
 *
 * @param {boolean} [kept] After an answer in this page: whether the browser keeps it. Else undefined.
 * @returns {Service[]} The services that may no longer run.
 */
const apply = (kept) => {
  const onlyGrants = granting;
  const before = decision;
  decision = current();
  const withdrawn = follow();
  const same = said(before) === said(decision) && !withdrawn.length;
  // A second refusal does not change the answer, but takes back frames that were allowed once.
  if (!same || kept !== undefined) gate.obey(decision, withdrawn, onlyGrants);
  if (same) {
    setTimeout(gate.lookAtAll);
    return withdrawn; // empty
  }
  signal(decision);
  waiting = waiting.filter(([id, resolve]) => {
    if (!allows(decision, id)) return true;
    resolve();
  });
  if (decision) dispatch("consent");
  dispatch("change");
  clean();
  if (kept !== false && site.reloads && withdrawn.some((s) => gate.ran.has(s))) {
    const HEARD_MS = 1000; // time to hear the status message before the page loads again
    const LATEST_MS = 11000; // refused code runs until then, whatever the page waits for
    const reload = () => location.reload();
    say("reloading");
    setTimeout(() => Promise.all([gate.turn, told]).then(reload), HEARD_MS);
    setTimeout(reload, LATEST_MS);
  }
  painted().then(gate.lookAtAll); // scripts are not released within the click, which would then wait for them
  return withdrawn;
};

/** Deals with an answer that was written, by this script or by Go. @param {string} value */
const answered = (value) => {
  const cause = event; // window.event: the event that this happens in, if any
  const kept = settle(value);
  if (kept) banner.say(saved);
  else say("notKept");
  const withdrawn = apply(kept);
  tabs.tell();
  if (tag?.dataset.answer || tag?.dataset.receipts) {
    const withdraws = withdrawn.some((s) => s.asks);
    told = gate.act(({ send }) => send(value, /** @type {HTMLElement} */ (tag), lang, withdraws, cause));
  }
};

/** Asks the visitor, with the program if it is running. */
const ask = () => program.act("notice") || notice();

/** Reads the answer again. It may have changed in another tab, or while this page was frozen. */
const reread = () => {
  const had = decision;
  apply();
  if (decision) {
    // Without the program, the settings belong to one that is starting.
    if (!program.act("sync") && banner.layer === "notice") banner.clear();
  } else if (had && !banner.layer) ask();
};

/** Deals with what Go reports: see emit in banner/hook.go. @param {string} name @param {string} value */
const emit = (name, value) => {
  const was = banner.layer;
  if (name === "layer") {
    banner.show(value);
    if (value === "settings") dispatch("open");
    if (was === "settings") dispatch("close");
  }
  if (name === "answer") answered(value);
  if (name === "focus") banner.find(value)?.focus();
  if (name === "gone" && was === "settings") {
    banner.clear();
    dispatch("close");
    if (!decision) notice();
  }
};

/** Gives an answer without the program. @param {string} value */
const give = (value) => {
  if (banner.layer) banner.clear();
  write(value);
  answered(value);
};

/** Gives one of the notice's two answers, with the program or without. @param {string} verb "accept-all" or "refuse-all". */
const answer = async (verb) => {
  if (program.isRunning()) await program.act(verb);
  // If the program failed at it, it has ended by now.
  if (!program.isRunning()) give(answerValue(verb === "accept-all", today(), current()));
  return mirror();
};

/** Shows the first layer, and starts the program when it may be needed. */
const notice = async () => {
  await task(); // so that the browser can draw the page and react before it
  await spoken;
  if (!tree || isSilent() || decision || banner.layer) return;
  banner.notice(tree);
  if (site.figures) gate.act(({ count }) => count(tag));
  program.whenWanted(tag?.dataset.load, () => {
    if (banner.layer) program.start(false, emit).catch(() => {});
  });
};

/** Settled when the page has its notice, if it gets one, and the banner its language. @type {Promise<unknown> | boolean} */
let asked = spoken;

/** What the last call of `open` returned. @type {Promise<void> | undefined} */
let opening;

/** Warns of an id that the catalogue does not declare. @param {unknown} name @returns {string} */
const known = (name) => {
  const id = String(name);
  if (!categories.has(id) && !named(id).length) warn("not declared: " + id);
  return id;
};

/** @type {Charte} */
const charte = {
  get decision() {
    return mirror();
  },
  allows: (id) => allows(decision, String(id)),
  when: (id) =>
    new Promise((resolve) => {
      id = known(id);
      const granted = () => {
        named(id).forEach(gate.ran.add, gate.ran); // the page's code for it runs now
        resolve();
      };
      if (allows(decision, id)) granted();
      else waiting.push([id, granted]);
    }),
  on: (name, listener) => {
    const hear = (/** @type {CustomEvent<CharteDecision>} */ { detail }) => listener(detail);
    page.addEventListener("charte:" + name, /** @type {EventListener} */ (hear));
    // A listener that comes after the event is told of it.
    if (name === "ready" || (name === "consent" && decision)) queueMicrotask(() => listener(mirror()));
    return () => page.removeEventListener("charte:" + name, /** @type {EventListener} */ (hear));
  },
  open: () =>
    (opening = (async () => {
      try {
        await program.start(true, emit);
        if (banner.layer !== "settings") await program.act("open");
      } catch {
        // Without the settings, the visitor can still answer and read the charter.
        if (!tree) return location.assign(url(site.charter));
        if (banner.layer !== "notice") banner.notice(tree);
        banner.unavailable(unavailable);
      }
    })()),
  close: async () => {
    await opening;
    await program.act("close");
  },
  acceptAll: () => answer("accept-all"),
  refuseAll: () => answer("refuse-all"),
  set: async (choices) => {
    choices ||= {};
    Object.keys(choices).forEach(known);
    granting = Object.values(choices).every((yes) => yes === true);
    try {
      if (program.isRunning()) await program.act("set", choices);
      const value = !program.isRunning() && changedValue(choices, today(), current());
      if (value) give(value);
    } finally {
      granting = false;
    }
    return mirror();
  },
  reset: async () => {
    forget();
    apply();
    tabs.tell();
    await ask();
    return mirror();
  },
  push: (...calls) =>
    calls.forEach((call) => {
      try {
        call(charte);
      } catch (error) {
        reportError(error); // the page's own mistake must not stop the other calls
      }
    }),
};

/** Handles clicks on the page's own buttons, and on the first layer's while Go does not run. @param {Event} event */
const clicked = (event) => {
  const button = /** @type {HTMLElement | undefined} */ (
    event.composedPath().find((node) => node instanceof HTMLElement && node.dataset.charte)
  );
  const name = button?.dataset.charte;
  if (name === "open" || name === "customise") charte.open();
  if (!button || (button.getRootNode() !== document && program.isRunning())) return;
  if (name?.endsWith("-all")) answer(name);
};

/** The page's root element, as it was last seen. @type {Element | undefined} */
let root;

/** Keeps the banner in the page and usable, whatever the page does to its document. */
const keep = () => {
  // document.open() erases every listener. Ours are added again below. Go's are lost, so Go is
  // ended, and starts anew when it is needed.
  if (root !== page.documentElement) program.act("end");
  root = page.documentElement;
  addEventListener("click", clicked);
  addEventListener("toggle", keep, true);
  addEventListener("close", keep, true);
  if (banner.layer) banner.attach();
};

/** Shows what the page needs apart from the layers: a way back to the settings, and the charter. */
const look = async () => {
  keep();
  await asked; // the control is not needed where a notice is
  banner.offer(manage);
  const charters = page.querySelector("[data-charte=charter]");
  if (charters) gate.act(({ charter }) => charter(lang, mirror));
};

const boot = () => {
  const queue = window.charte;
  // Properties are read of a frozen object only: a frame named "charte" from another origin would throw.
  if (Object.isFrozen(queue) && /** @type {Charte} */ (queue)?.decision) return warn("not run: twice");
  window.charte = Object.freeze(charte);
  keep();
  decision = current();
  gate.obey(decision, follow());
  signal(decision, true);
  if (decision) {
    dispatch("consent");
    clean();
  } else asked = notice();
  dispatch("ready"); // last: a listener that is added during it is told of the consent by `on`
  if (Array.isArray(queue)) charte.push(...queue);
  gate.start((id) => charte.set({ [id]: true }), look);
  tabs.listen(reread);
};

boot();
