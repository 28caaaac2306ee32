/** The loader's side of the Go program, which engine.js starts. */
import * as banner from "./banner.js";
import { unkept } from "./cookie.js";
import { page, painted, task, url, warn } from "./page.js";
import { lang } from "./tongue.js";

/**
 * @typedef {import("./engine.js").Ask} Ask
 * @typedef {typeof import("./release.js")} Release
 */

/** The program that runs or is being started. Settled when it has mounted. @type {Promise<void> | undefined} */
let running;

/** Asks something of the program, once it has mounted. @type {Ask | undefined} */
let ask;

/** Whether the settings were asked for before the program could show them. */
let wantsSettings = false;

/** Whether Go runs. If it does, it writes the answers. */
export const isRunning = () => !!ask;

/** What `more` returns. @type {Promise<Release> | undefined} */
let rest;

/** Fetches release.js. Refuses it if its content is not what was built. @returns {Promise<Release>} */
const fetchMore = async () => {
  const RELEASE_MS = 5000; // 4 KB take that long at 8 kbit/s. Scripts wait for it, and visitors who are asked in another language
  await task(); // after that in which the notice may be shown
  if (banner.layer === "notice") await painted();
  // fetch checks the hash, and import finds the file in the browser's cache: see load in fetched.js.
  const name = site.release; // release-<SHA-256>.js
  const address = url(name);
  await fetch(address, { integrity: "sha256-" + name.slice(8, -3), signal: AbortSignal.timeout(RELEASE_MS) });
  return import(address);
};

/** Fetches release.js, which few pages need, once. @returns {Promise<Release>} Rejected when it cannot be had. */
export const more = () => {
  const AGAIN_MS = 3000; // after a failure, so that not every change of the page asks the server again
  rest ||= fetchMore();
  rest.catch(() => setTimeout(() => (rest = undefined), AGAIN_MS));
  return rest;
};

/**
 * Starts the program, once.
 *
 * @param {boolean} open Whether to open the settings. Otherwise the layer stays.
 * @param {(name: string, value: string) => void} emit Called for what happens in the program.
 * @returns {Promise<void>} Settled when it has mounted. Rejected when it cannot
 *   be had, or not as soon as a visitor waits for the settings.
 */
export const start = (open, emit) => {
  if (open && !ask) wantsSettings = true;
  const gone = (/** @type {string} */ why) => {
    running = ask = undefined;
    wantsSettings = false;
    if (why) warn("no settings: " + why);
    emit("gone", why);
  };
  banner.attach();
  running ||= (async () => {
    try {
      const engine = await (await more()).engine();
      const act = await engine.start(banner.body, lang, () => (wantsSettings ? "settings" : banner.layer), emit, gone, () => unkept);
      if (running) ask = act; // else the program has ended already
      wantsSettings = false;
    } catch (error) {
      gone(/** @type {Error} */ (error).message);
      throw error;
    }
  })();
  if (!open) return running;
  const PATIENCE_MS = 3000; // then the visitor is offered the charter instead; the program may still start
  return Promise.race([
    running,
    /** @type {Promise<never>} */ (
      new Promise((_, reject) => {
        setTimeout(() => {
          wantsSettings = false;
          reject();
        }, PATIENCE_MS);
      })
    ),
  ]);
};

/** Asks something of the program. Returns undefined if it is not running. @param {Parameters<Ask>} words */
export const act = (...words) => ask?.(...words);

/**
 * Calls back on the first sign that the visitor wants more than the notice, or
 * when the page has nothing better to do.
 *
 * @param {string | undefined} policy The tag's data-load: "idle", "intent", or else "auto".
 * @param {() => void} go May be called more than once.
 */
export const whenWanted = (policy, go) => {
  for (const sign of ["pointerover", "focusin"]) {
    banner.body.addEventListener(sign, go, { once: true });
  }
  const { saveData, effectiveType = "4g" } = navigator.connection || {};
  if (policy === "intent" || (policy !== "idle" && (saveData || effectiveType !== "4g"))) return;
  const idle = () => (window.requestIdleCallback || setTimeout)(go);
  if (page.readyState === "complete") idle();
  else addEventListener("load", idle);
};
