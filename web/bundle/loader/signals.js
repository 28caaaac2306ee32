/**
 * What vendors want to be told of consent, each in its own words. A bundle
 * holds those that its catalogue declares, as module charte:signals: Go writes
 * it (web/bundle/signals.go).
 *
 * Each signal takes what it is declared for, and returns a function to call
 * with the answer: first when the page opens, before any gated script runs,
 * then at every change.
 *
 * @typedef {(decision?: import("./consent.js").Decision, first?: boolean) => void} Signal
 */
import { allows, ids } from "./consent.js";

/** Milliseconds that Google's tags wait for the visitor's answer to reach them, as in Google's own examples. */
const WAIT_MS = 500;

/** @param {string} name @returns {{push: Function}} A vendor's queue. An element of that id has no push. */
const queue = (name) => (typeof window[name]?.push === "function" ? window[name] : (window[name] = []));

/** @param {string[]} needed Ids of all who declare it; nobody, no consent. */
const granted = (decision, needed) => needed.length > 0 && needed.every((id) => allows(decision, id));

const word = (decision, needed) => (granted(decision, needed) ? "granted" : "denied");

/** @param {[string, string[]][]} types @returns {object} */
const words = (decision, types) => Object.fromEntries(types.map(([type, needed]) => [type, word(decision, needed)]));

/**
 * Google Consent Mode v2: https://developers.google.com/tag-platform/security/guides/consent
 *
 * @param {[string, string[]][]} types All seven consent types.
 * @returns {Signal}
 */
export const google = (types) => (decision, first) => {
  // gtag's commands are Arguments objects; arrays would be taken for something else.
  const gtag = function (..._) {
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
  const list = (yes) => ids(decision, yes).filter((id) => told.includes(id));
  queue("dataLayer").push({ event: "charte_consent", charte_granted: list(true), charte_refused: list(false) });
};

/**
 * Microsoft's Universal Event Tracking: https://help.ads.microsoft.com/#apex/ads/en/60119
 *
 * @param {string[]} needed
 * @returns {Signal}
 */
export const uet = (needed) => (decision, first) => {
  const tell = (when, answer) => queue("uetq").push("consent", when, { ad_storage: word(answer, needed) });
  if (first) tell("default");
  if (decision || !first) tell("update", decision);
};

/**
 * Microsoft Clarity: https://learn.microsoft.com/en-us/clarity/setup-and-installation/consent-api-v2
 *
 * @param {[string, string[]][]} types ad_Storage and analytics_Storage, with its capitals.
 * @returns {Signal}
 */
export const clarity = (types) => (decision) => {
  if (typeof window.clarity !== "function") {
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
  const tell = (verb) => queue("_paq").push([verb]);
  if (first) tell(`require${what}Consent`);
  if (granted(decision, needed)) tell(`set${what}ConsentGiven`);
  else if (!first) tell(`forget${what}ConsentGiven`);
};
