/** The whole charter, wherever the page has `<div data-charte="charter">`. Part of release.js. */
import css from "../styles/charter.css";
import { fetched, patiently } from "./fetched.js";
import { grow } from "./grow.js";
import { page } from "./page.js";
import { words } from "./words.js";
import files from "charte:files";

/** Charters that are there already. @type {WeakSet<Element>} */
const done = new WeakSet();

/**
 * Says what the visitor has chosen, service by service.
 *
 * @param {any} view The catalogue in one language.
 * @param {any} decision As `charte.decision` has it.
 * @returns {any[]} A tree.
 */
const choice = (view, decision) => {
  const { accepted, refused } = view.words.settings;
  // Without an answer there may be an objection to what is exempt, of an earlier one.
  const said = (s) => (s.asks ? decision.answered : decision.refused.includes(s.id));
  const asking = view.categories.flatMap((c) => c.services || []).filter(said);
  if (!asking.length && !decision.answered) return ["p", {}, view.words.charter.noChoice];
  const state = (s) => (decision.granted.includes(s.id) ? accepted : refused);
  return ["ul", {}, ...asking.map((s) => ["li", {}, ["b", {}, s.name], " – " + state(s)])];
};

/**
 * Puts the charter where the page wants it, and the visitor's present choice
 * into every charter.
 *
 * @param {string} lang
 * @param {() => any} decision What `charte.decision` gives.
 */
export const charter = async (lang, decision) => {
  const places = [...page.querySelectorAll("[data-charte=charter]")].filter((place) => !done.has(place));
  if (!places.length) return;
  places.forEach((place) => done.add(place));
  const [view, tree] = await Promise.all([
    words(lang),
    patiently(async (cache) => (await fetched(files.charter[lang], cache)).json()),
  ]).catch((error) => {
    places.forEach((place) => done.delete(place)); // until the page changes again
    throw error;
  });
  for (const place of places) {
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
