/** The language that the banner speaks in this page. */
import { page, tag } from "./page.js";

/** @param {string | undefined} wanted "fr-CA" @returns {string | undefined} "fr", where the catalogue has that. */
const match = (wanted) => site.langs.find((lang) => RegExp("^" + lang + "\\b", "i").test(/** @type {string} */ (wanted)));

/** One of the catalogue's languages: the one that the script's tag names, else the page, else the browser, else the first. */
export const lang =
  match(tag?.dataset.lang) || match(page.documentElement.lang) || navigator.languages.map(match).find(Boolean) || site.langs[0];
