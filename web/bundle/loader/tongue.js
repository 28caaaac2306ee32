/** The language that the banner speaks in this page. */
import { page, tag } from "./page.js";

/** @param {string | undefined} wanted "fr-CA" @returns {string | undefined} "fr", where the catalogue has that. */
const match = (wanted) => site.langs.find((lang) => RegExp("^" + lang + "\\b", "i").test(wanted));

/** What the script's tag says, else the page, else the browser: one of the catalogue's languages. */
export const lang =
  match(tag?.dataset.lang) || match(page.documentElement.lang) || navigator.languages.map(match).find(Boolean) || site.langs[0];
