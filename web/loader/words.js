/** What the banner says in one language. Part of release.js: most pages speak the first. */
import files from "charte:files";
import { fetched } from "./fetched.js";

/** @type {Map<string, Promise<any>>} */
const heard = new Map();

/**
 * @param {string} lang One of the catalogue's languages.
 * @returns {Promise<any>} The catalogue in that language, as Go has it, and the
 *   notice's tree. Rejected where it cannot be had.
 */
export const words = (lang) => {
  if (!heard.has(lang)) heard.set(lang, fetched(files.words[lang]).then((response) => response.json()));
  return heard.get(lang);
};
