/** Events that have passed before a gated script could run. */
import { page } from "./page.js";

/** The scripts that run just now. @type {Set<Element>} */
const running = new Set();

/** Undoes what begin has done. @type {() => void} */
let restore;

/**
 * Sees to it that listeners of `DOMContentLoaded` and `load` that running scripts add
 * are called, although both have passed. The scripts' authors could not know that.
 */
const begin = () => {
  const home = EventTarget.prototype;
  const add = home.addEventListener;
  /**
   * @this {EventTarget | undefined}
   * @param {string} type
   * @param {EventListenerOrEventListenerObject | null} listener
   * @param {boolean | AddEventListenerOptions} [options]
   */
  const replaying = function (type, listener, options) {
    const target = this || window;
    add.call(target, type, listener, options);
    const { domContentLoadedEventStart, loadEventStart } = /** @type {Partial<PerformanceNavigationTiming>} */ (
      performance.getEntriesByType("navigation")[0] || {}
    );
    const passed = type === "load" ? target === window && loadEventStart : type === "DOMContentLoaded" && domContentLoadedEventStart;
    if (!passed || !running.has(/** @type {Element} */ (page.currentScript))) return;
    const again = new EventTarget();
    add.call(again, type, listener, options);
    setTimeout(() => again.dispatchEvent(new Event(type)));
  };
  home.addEventListener = replaying;
  restore = () => {
    try {
      // A script may have put its own over it, and that stays.
      if (home.addEventListener === replaying) home.addEventListener = add;
    } catch {} // one has frozen it: nothing is running that it would replay for
  };
};

/**
 * Has a script hear of `DOMContentLoaded` and `load`, which have passed.
 *
 * @param {Element} script
 * @returns {() => void} To be called when it has run.
 */
export const replay = (script) => {
  if (!running.size) begin();
  running.add(script);
  return () => {
    running.delete(script);
    if (!running.size) restore();
  };
};
