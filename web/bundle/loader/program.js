/** The Go program, seen from the loader: engine.js starts it and speaks with it. */
import * as site from "charte:site";
import * as banner from "./banner.js";
import { unkept } from "./cookie.js";
import { page, url, warn } from "./page.js";
import { lang } from "./tongue.js";

/** Milliseconds after which who waits for the settings is told that there are none. The program may still come. */
const PATIENCE_MS = 3000;

/** @type {Promise<void> | undefined} The program that runs, or is on its way. */
let running;

/** @type {((verb: string, choices?: object) => Promise<void>) | undefined} Asks something of it, once it has mounted. */
let asks;

/** Whether the settings were asked for before the program could show them. */
let settings;

/** Whether Go runs, and so writes the answers. */
export const isRunning = () => !!asks;

/** @type {Promise<typeof import("./release.js")> | undefined} */
let rest;

/** Milliseconds after which a file that could not be had is asked for again by who needs it: not at every change of the page. */
const AGAIN_MS = 3000;

/** Milliseconds after which it is given up: 4 KB take as long at 8 kbit/s. Scripts wait for it, and who is asked in another language. */
const RELEASE_MS = 5000;

/** Milliseconds after which the notice is not waited for: a tab in the background is not painted. */
const UNPAINTED_MS = 1000;

/** @returns {Promise<void> | undefined} Settled when a notice that is shown has been painted. */
const painted = () =>
  banner.layer === "notice"
    ? new Promise((done) => {
        // A frame is on the screen some frames later, and its page says so the first time.
        const look = () =>
          requestAnimationFrame(performance.getEntriesByName("first-contentful-paint")[0] ? () => setTimeout(done) : look);
        requestAnimationFrame(look);
        setTimeout(done, UNPAINTED_MS);
      })
    : undefined;

/** What is seldom needed, if it is what was built. @returns {Promise<any>} Rejected when it cannot be had. */
export const more = () =>
  // As load in fetched.js. The name is release-<SHA-256>.js.
  (rest ||= Promise.resolve()
    .then(painted) // not at once: the notice may be about to be shown
    .then(() =>
      fetch(url(site.release), {
        integrity: "sha256-" + site.release.slice(8, -3),
        signal: AbortSignal.timeout(RELEASE_MS),
      }),
    )
    .then(() => import(url(site.release)))
    .catch((error) => {
      setTimeout(() => (rest = undefined), AGAIN_MS);
      throw error;
    }));

/**
 * Starts the program, once.
 *
 * @param {boolean} open Whether to open the settings; otherwise what is shown stays.
 * @param {(name: string, value: string) => void} emit Called for what happens in it.
 * @returns {Promise<void>} Settled when it has mounted; rejected when it cannot
 *   be had, or not while somebody waits for it.
 */
export const start = (open, emit) => {
  settings ||= open && !asks;
  const gone = (/** @type {string} */ why) => {
    running = asks = settings = undefined;
    if (why) warn("no settings: " + why);
    emit("gone", why);
  };
  banner.attach();
  running ||= (async () => {
    try {
      const engine = await (await more()).engine();
      const act = await engine.start(banner.body, lang, () => (settings ? "settings" : banner.layer), emit, gone, () => unkept);
      asks = running && act; // it may have gone meanwhile
      settings = false;
    } catch (error) {
      gone(error.message);
      throw error;
    }
  })();
  const late = (_, reject) => setTimeout(() => reject((settings = undefined)), PATIENCE_MS);
  return open ? Promise.race([running, new Promise(late)]) : running;
};

/**
 * @param {...any} words A verb, and the choices of "set", for the program that runs.
 * @returns {Promise<void>} Settled when it is done, or the program is gone.
 */
export const act = (...words) => asks(...words);

/**
 * Calls back on the first sign that the visitor wants more than the notice, or
 * when the page has nothing better to do.
 *
 * @param {string | undefined} policy "idle", "intent", or else "auto".
 * @param {() => void} go
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
