/** Makes gated scripts hear of page events that passed before they could run. */
import { page } from "./page.js";

/** The scripts that are running now. @type {Set<Element>} */
const running = new Set();

/** Undoes what begin has done. @type {() => void} */
let restore;

/**
 * Makes listeners of `DOMContentLoaded` and `load` that running scripts add be called,
 * although both events have passed. The scripts' authors did not expect to come so late.
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
      // A script may have replaced it by its own, which then stays.
      if (home.addEventListener === replaying) home.addEventListener = add;
    } catch {} // a script has frozen it; it replays nothing while no script is running
  };
};

/**
 * Makes a script hear of `DOMContentLoaded` and `load`, which have passed.
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
