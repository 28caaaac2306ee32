/** What the banner says in one language. Part of release.js, because most pages need only the first language. */
import files from "charte:files";
import { fetched, patiently } from "./fetched.js";

/** Milliseconds after which a visitor is asked in the first language, if their own has not come. */
const PATIENCE_MS = 3000;

/**
 * The part that the loader reads of the catalogue in one language, as Go writes it (catalogue/view.go).
 *
 * @typedef {object} View
 * @property {string} lang
 * @property {string} dir "ltr" or "rtl".
 * @property {Words} words
 * @property {CategoryView[]} categories
 * @property {import("./grow.js").Tree} [tree] The first layer, where something asks.
 *
 * @typedef {"accepted" | "refused" | "saved" | "notKept" | "reloading" | "unavailable"} SettingsKey
 *
 * @typedef {object} Words
 * @property {string} manage
 * @property {Record<SettingsKey, string>} settings
 * @property {{provider: string, once: string, always: string, open: string}} frame
 * @property {{noChoice: string}} charter
 *
 * @typedef {object} CategoryView
 * @property {string} id
 * @property {string} name
 * @property {string} summary
 * @property {ServiceView[]} [services]
 *
 * @typedef {object} ServiceView
 * @property {string} id
 * @property {string} name
 * @property {string} provider
 * @property {string} [purpose]
 * @property {boolean} [asks]
 * @property {string} [placeholder] What is sent to whom once a frame of the service is shown.
 * @property {string} [frame] The address of its frames, with names in braces: "https://player.example/{video}".
 * @property {string} [content] The address of what such a frame shows, with the same names.
 */

/** By language. @type {Map<string, Promise<View>>} */
const heard = new Map();

/**
 * @param {string} lang One of the catalogue's languages.
 * @returns {Promise<View>} Rejected where it cannot be had.
 */
export const words = (lang) => {
  if (!heard.has(lang)) {
    /** @type {Promise<View>} */
    const hearing = patiently(async (cache) => (await fetched(files.words[lang], cache)).json());
    hearing.catch(() => heard.delete(lang)); // the next call tries again
    heard.set(lang, hearing);
  }
  return /** @type {Promise<View>} */ (heard.get(lang));
};

/**
 * What the loader says without Go.
 *
 * @param {string} lang
 * @returns {Promise<[tree: import("./grow.js").Tree | undefined, manage: string, saved: string, unavailable: string]>}
 *   Rejected if it does not come soon, since visitors are asked only after this.
 */
export const soon = async (lang) => {
  /** @type {Promise<never>} */
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("no words: " + lang)), PATIENCE_MS));
  const { tree, words: { manage, settings } } = await Promise.race([words(lang), late]);
  return [tree, manage, settings.saved, settings.unavailable];
};

/**
 * Says words that charte.js does not hold.
 *
 * @param {string} lang
 * @param {SettingsKey} key
 * @param {(text: string) => void} say
 */
export const word = async (lang, key, say) => say((await words(lang)).words.settings[key]);
