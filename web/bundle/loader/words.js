/** What the banner says in one language. Part of release.js: most pages speak the first. */
import files from "charte:files";
import { fetched, patiently } from "./fetched.js";

/** Milliseconds after which a visitor is asked in the first language, where the own one does not come. */
const PATIENCE_MS = 3000;

/** @type {Map<string, Promise<any>>} */
const heard = new Map();

/**
 * @param {string} lang One of the catalogue's languages.
 * @returns {Promise<any>} The catalogue in that language, as Go has it, and the
 *   notice's tree. Rejected where it cannot be had.
 */
export const words = (lang) => {
  if (!heard.has(lang)) {
    const hearing = patiently(async (cache) => (await fetched(files.words[lang], cache)).json());
    hearing.catch(() => heard.delete(lang)); // who comes next asks again
    heard.set(lang, hearing);
  }
  return heard.get(lang);
};

/**
 * What the loader says without Go. Rejected where it does not come soon: nobody can be
 * asked before.
 *
 * @param {string} lang
 * @returns {Promise<[tree: any[], manage: string, saved: string, unavailable: string]>}
 */
export const soon = async (lang) => {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("no words: " + lang)), PATIENCE_MS));
  const { tree, words: { manage, settings } } = await Promise.race([words(lang), late]);
  return [tree, manage, settings.saved, settings.unavailable];
};

/**
 * Says what is seldom said.
 *
 * @param {string} lang
 * @param {string} key In the settings' words.
 * @param {(text: string) => void} say
 */
export const word = async (lang, key, say) => say((await words(lang)).words.settings[key]);
