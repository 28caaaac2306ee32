/** The whole charter, wherever the page has `<div data-charte="charter">`. Part of release.js. */
import css from "../styles/charter.css";
import { fetched } from "./fetched.js";
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
  if (!decision.answered) return ["p", {}, view.words.charter.noChoice];
  const { accepted, refused } = view.words.settings;
  const asking = view.categories.flatMap((c) => c.services || []).filter((s) => s.asks);
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
  const view = await words(lang);
  for (const place of places) {
    let root = place;
    if (!place.firstElementChild) {
      const tree = await (await fetched(files.charter[lang])).json();
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
