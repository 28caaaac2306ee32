/**
 * The loader: the one script a site embeds. It reads the answer, keeps the
 * gate, shows the first layer, and offers the hook. Whatever fails, nothing is
 * granted and the page works.
 */
import { signal } from "charte:signals";
import * as banner from "./banner.js";
import { allows, answerValue, categories, changedValue, ids, may, named, said, services, today } from "./consent.js";
import { current, forget, settle, sweep, write } from "./cookie.js";
import * as gate from "./gate.js";
import { page, tag, url, warn } from "./page.js";
import * as program from "./program.js";
import { isSilent } from "./silent.js";
import * as tabs from "./tabs.js";
import { lang } from "./tongue.js";

/**
 * @typedef {import("../charte.d.ts").Charte} Charte
 * @typedef {import("../charte.d.ts").CharteDecision} CharteDecision
 * @typedef {import("./consent.js").Decision} Decision
 * @typedef {import("./consent.js").Service} Service
 * @typedef {import("./grow.js").Tree} Tree
 */

/** What is said without Go, in the visitor's language once `spoken` is settled. @type {Tree | null | undefined} */
let tree = site.tree;
let saved = site.saved;
let unavailable = site.unavailable;
let manage = site.manage;

const spoken =
  lang !== site.langs[0] &&
  gate.act(async ({ soon }) => {
    [tree, manage, saved, unavailable] = await soon(lang);
  });

/** Says something that charte.js does not hold, once it is fetched. @param {import("./words.js").SettingsKey} key */
const say = (key) => gate.act(({ word }) => word(lang, key, banner.say));

/** The answer in force. @type {Decision | undefined} */
let decision;

/** Settled when servers have been told of the last answer, or cannot be. @type {Promise<void> | undefined} */
let told;

/** The services that may run by it. @type {Service[]} */
let allowed = [];

/** @returns {Service[]} What could run until now, and may no more by the answer in force. */
const follow = () => {
  const withdrawn = allowed.filter((s) => !may(decision, s));
  allowed = services.filter((s) => may(decision, s));
  return withdrawn;
};

/** Whether an answer is being given that only grants: by a frame's "always", or by the page. */
let granting = false;

/** Those who wait for a grant. @type {[string, () => void][]} */
let waiting = [];

/** What the page may know of the answer, frozen. @returns {CharteDecision} */
const mirror = () =>
  Object.freeze({
    answered: !!decision,
    on: decision?.on || "",
    revision: site.rev,
    granted: Object.freeze(ids(decision, true)),
    refused: Object.freeze(ids(decision, false)),
  });

/** @param {string} name Without its "charte:". */
const dispatch = (name) => {
  page.dispatchEvent(new CustomEvent("charte:" + name, { detail: mirror() }));
};

/** Erases what refused services have left, and what they write after that. */
const clean = () => {
  for (const ms of [0, 1000, 5000]) setTimeout(() => sweep(decision), ms);
};

/**
 * Reads the answer again, and does what follows from it.
 *
 * @param {boolean} [kept] Of an answer given in this page: whether the browser keeps it.
 * @returns {Service[]} What may run no more.
 */
const apply = (kept) => {
  const onlyGrants = granting;
  const before = decision;
  decision = current();
  const withdrawn = follow();
  const same = said(before) === said(decision) && !withdrawn.length;
  // Who refuses once more changes no answer, but takes back what was allowed once.
  if (!same || kept !== undefined) gate.obey(decision, withdrawn, onlyGrants);
  if (same) {
    setTimeout(gate.lookAtAll);
    return withdrawn; // nothing
  }
  signal(decision);
  const waited = waiting;
  waiting = [];
  for (const [id, resolve] of waited) {
    if (allows(decision, id)) resolve();
    else waiting.push([id, resolve]);
  }
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
  // Not within the click: an answer must not wait for the page's scripts. The second look is for
  // a tab in the background, which is not painted; elsewhere it finds nothing to do.
  const UNPAINTED_MS = 200;
  requestAnimationFrame(() => setTimeout(gate.lookAtAll));
  setTimeout(gate.lookAtAll, UNPAINTED_MS);
  return withdrawn;
};

/** An answer was written, by this script or by Go. @param {string} value */
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

/** Asks the visitor. */
const ask = async () => {
  if (program.isRunning()) await program.act("notice");
  else await notice();
};

/** Reads the answer again, which may be another: given in another tab, or while this page was frozen. */
const reread = () => {
  const had = decision;
  apply();
  if (decision) {
    if (program.isRunning()) program.act("sync");
    else if (banner.layer === "notice") banner.clear(); // settings are those of a program that starts
  } else if (had && !banner.layer) ask();
};

/** What Go reports. @param {string} name @param {string} value */
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

/** Gives an answer of the notice's, with the program or without. @param {string} verb "accept-all" or "refuse-all". */
const answer = async (verb) => {
  if (program.isRunning()) await program.act(verb);
  // A program that has failed over it has ended by now.
  if (!program.isRunning()) give(answerValue(verb === "accept-all", today(), current()));
  return mirror();
};

/** Shows the first layer, and has the program come when it may be needed. */
const notice = async () => {
  if (!tree || isSilent()) return;
  await spoken;
  if (decision || banner.layer) return;
  banner.notice(tree);
  program.whenWanted(tag?.dataset.load, () => {
    if (banner.layer) program.start(false, emit).catch(() => {});
  });
};

/** The settings that were asked for last. @type {Promise<void> | undefined} */
let opening;

/** Warns of an id that the catalogue does not declare. @param {unknown} name @returns {string} */
const known = (name) => {
  const id = String(name);
  if (!categories.has(id) && !named(id).length) warn("not in the catalogue: " + id);
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
        named(id).forEach(gate.ran.add, gate.ran); // what waited for it runs now
        resolve();
      };
      if (allows(decision, id)) granted();
      else waiting.push([id, granted]);
    }),
  on: (name, listener) => {
    const hear = (/** @type {CustomEvent<CharteDecision>} */ { detail }) => listener(detail);
    page.addEventListener("charte:" + name, /** @type {EventListener} */ (hear));
    // What has happened already is told to who comes late.
    if (name === "ready" || (name === "consent" && decision)) queueMicrotask(() => listener(mirror()));
    return () => page.removeEventListener("charte:" + name, /** @type {EventListener} */ (hear));
  },
  open: () =>
    (opening = (async () => {
      try {
        await program.start(true, emit);
        if (banner.layer !== "settings") await program.act("open");
      } catch {
        // The visitor can answer and read the charter even then.
        if (!tree) return location.assign(url(site.charter));
        if (banner.layer !== "notice") banner.notice(tree);
        banner.unavailable(unavailable);
      }
    })()),
  close: async () => {
    await opening;
    if (program.isRunning()) await program.act("close");
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
        reportError(error); // the page's own mistake, and no one else's trouble
      }
    }),
};

/** Heeds the page's own buttons, and those of the first layer while Go is not there. @param {Event} event */
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

/** Keeps the banner in the page, in reach, whatever the page does to itself. */
const keep = () => {
  // document.open() erases every listener. Ours are added again below. Those in what Go shows are
  // lost, so Go begins anew when it is needed.
  if (root !== page.documentElement && program.isRunning()) program.act("end");
  root = page.documentElement;
  addEventListener("click", clicked);
  addEventListener("toggle", keep, true);
  addEventListener("close", keep, true);
  if (banner.layer) banner.attach();
};

/** What the page itself shows of ours: a way back to the settings, and the charter. */
const look = async () => {
  keep();
  await spoken;
  banner.offer(manage);
  const charters = page.querySelector("[data-charte=charter]");
  if (charters) gate.act(({ charter }) => charter(lang, mirror));
};

const boot = () => {
  const queue = window.charte;
  // Only a frozen object is asked: a frame of that name, and of another origin, would throw.
  if (Object.isFrozen(queue) && /** @type {Charte} */ (queue)?.decision) return warn("not run: twice");
  window.charte = Object.freeze(charte);
  keep();
  decision = current();
  gate.obey(decision, follow());
  signal(decision, true);
  if (decision) {
    dispatch("consent");
    clean();
  } else notice();
  dispatch("ready"); // last: who begins to listen during it is told of the consent at once
  if (Array.isArray(queue)) charte.push(...queue);
  gate.start((id) => charte.set({ [id]: true }), look);
  tabs.listen(reread);
};

boot();
