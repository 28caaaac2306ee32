/** The whole charter, wherever the page has `<div data-charte="charter">`. Part of release.js. */
import css from "../styles/charter.css";
import { fetched, patiently } from "./fetched.js";
import { grow } from "./grow.js";
import { page } from "./page.js";
import { words } from "./words.js";
import files from "charte:files";

/**
 * @typedef {import("../charte.d.ts").CharteDecision} CharteDecision
 * @typedef {import("./grow.js").Branch} Branch
 * @typedef {import("./grow.js").Tree} Tree
 * @typedef {import("./words.js").View} View
 * @typedef {import("./words.js").ServiceView} ServiceView
 */

/** Places that have their charter, or wait for it. @type {WeakSet<Element>} */
const done = new WeakSet();

/**
 * Says what the visitor has chosen, service by service.
 *
 * @param {View} view The catalogue in one language.
 * @param {CharteDecision} decision
 * @returns {Branch}
 */
const choice = (view, decision) => {
  const { accepted, refused } = view.words.settings;
  // Without an answer in force, objections of an earlier one still count.
  const said = (/** @type {ServiceView} */ s) => (s.asks ? decision.answered : decision.refused.includes(s.id));
  const asking = view.categories.flatMap((c) => c.services || []).filter(said);
  if (!asking.length && !decision.answered) return ["p", {}, view.words.charter.noChoice];
  const state = (/** @type {ServiceView} */ s) => (decision.granted.includes(s.id) ? accepted : refused);
  return ["ul", {}, ...asking.map((s) => /** @type {Branch} */ (["li", {}, ["b", {}, s.name], " – " + state(s)]))];
};

/**
 * Puts the charter where the page wants it, and the visitor's present choice
 * into every charter.
 *
 * @param {string} lang
 * @param {() => CharteDecision} decision The one in force when it is called.
 */
export const charter = async (lang, decision) => {
  const places = [...page.querySelectorAll("[data-charte=charter]")].filter((place) => !done.has(place));
  if (!places.length) return;
  places.forEach((place) => done.add(place));
  /** @type {[View, Tree]} */
  const [view, tree] = await Promise.all([
    words(lang),
    patiently(async (cache) => (await fetched(files.charter[lang], cache)).json()),
  ]).catch((error) => {
    places.forEach((place) => done.delete(place)); // they are tried again when the page changes
    throw error;
  });
  for (const place of places) {
    /** @type {Element | ShadowRoot} */
    let root = place;
    if (!place.firstElementChild) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root = place.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      root.append(grow(tree));
    }
    const now = () => root.querySelector("[data-charte=choice]")?.replaceChildren(grow(choice(view, decision())));
    now();
    page.addEventListener("charte:change", now);
  }
};
