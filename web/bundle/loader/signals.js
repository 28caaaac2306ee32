/**
 * Tells vendors of consent, each in its own words. Go writes the module charte:signals
 * with the signals that a catalogue declares (web/bundle/signals.go).
 *
 * Each function here takes the ids for which the signal is declared, and returns a Signal.
 * The Signal is called with the answer in force: first when the page opens, before any
 * gated script runs, then at every change.
 *
 * @typedef {import("./consent.js").Decision} Decision
 * @typedef {(decision?: Decision, first?: boolean) => void} Signal
 */
import { allows, ids } from "./consent.js";

/** Milliseconds that Google's tags wait for the visitor's answer to reach them, as in Google's own examples. */
const WAIT_MS = 500;

/**
 * A vendor's queue. One is made if there is none yet, or only an element with that id.
 *
 * @param {"dataLayer" | "uetq" | "_paq"} name
 * @returns {VendorQueue}
 */
const queue = (name) =>
  typeof window[name]?.push === "function" ? /** @type {VendorQueue} */ (window[name]) : (window[name] = []);

/**
 * Whether consent is given for all that a signal stands for.
 *
 * @param {Decision | undefined} decision
 * @param {string[]} needed The ids that declare the signal. If there are none, there is no consent.
 */
const granted = (decision, needed) => needed.length > 0 && needed.every((id) => allows(decision, id));

/** @param {Decision | undefined} decision @param {string[]} needed */
const word = (decision, needed) => (granted(decision, needed) ? "granted" : "denied");

/** @param {Decision | undefined} decision @param {[type: string, needed: string[]][]} types */
const words = (decision, types) => Object.fromEntries(types.map(([type, needed]) => [type, word(decision, needed)]));

/**
 * Google Consent Mode v2: https://developers.google.com/tag-platform/security/guides/consent
 *
 * @param {[type: string, needed: string[]][]} types All seven consent types.
 * @returns {Signal}
 */
export const google = (types) => (decision, first) => {
  // gtag's commands must be Arguments objects. It does not take arrays for commands.
  const gtag = function (/** @type {unknown[]} */ ..._) {
    queue("dataLayer").push(arguments);
  };
  if (first) gtag("consent", "default", { ...words(undefined, types), wait_for_update: WAIT_MS });
  if (decision || !first) gtag("consent", "update", words(decision, types));
};

/**
 * An event for Google Tag Manager's triggers.
 *
 * @param {string[]} told The ids that may be named.
 * @returns {Signal}
 */
export const tagManager = (told) => (decision, first) => {
  if (first && !decision) return;
  const list = (/** @type {boolean} */ yes) => ids(decision, yes).filter((id) => told.includes(id));
  queue("dataLayer").push({ event: "charte_consent", charte_granted: list(true), charte_refused: list(false) });
};

/**
 * Microsoft's Universal Event Tracking: https://help.ads.microsoft.com/#apex/ads/en/60119
 *
 * @param {string[]} needed
 * @returns {Signal}
 */
export const uet = (needed) => (decision, first) => {
  /** @param {string} when @param {Decision} [answer] */
  const tell = (when, answer) => queue("uetq").push("consent", when, { ad_storage: word(answer, needed) });
  if (first) tell("default");
  if (decision || !first) tell("update", decision);
};

/**
 * Microsoft Clarity: https://learn.microsoft.com/en-us/clarity/setup-and-installation/consent-api-v2
 *
 * @param {[type: string, needed: string[]][]} types ad_Storage and analytics_Storage, in Clarity's spelling.
 * @returns {Signal}
 */
export const clarity = (types) => (decision) => {
  if (typeof window.clarity !== "function") {
    /** @type {Clarity} */
    const stub = function (..._) {
      (stub.q ||= []).push(arguments);
    };
    window.clarity = stub;
  }
  window.clarity("consentv2", words(decision, types));
};

/**
 * Matomo: https://developer.matomo.org/guides/tracking-consent
 *
 * @param {"" | "Cookie"} what All tracking, or its cookies only.
 * @param {string[]} needed
 * @returns {Signal}
 */
export const matomo = (what, needed) => (decision, first) => {
  const tell = (/** @type {string} */ verb) => queue("_paq").push([verb]);
  if (first) tell(`require${what}Consent`);
  if (granted(decision, needed)) tell(`set${what}ConsentGiven`);
  else if (!first) tell(`forget${what}ConsentGiven`);
};
