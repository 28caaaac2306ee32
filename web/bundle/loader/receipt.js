/** Sends a receipt of an answer. Part of release.js. */

/** In which place the visitor has answered Go, by the value that Go wrote. Kept until the receipt is sent. @type {Map<string, string>} */
const places = new Map();

/**
 * Wraps the engine, to note where the visitor answers.
 *
 * @param {typeof import("./engine.js")} engine
 * @returns {typeof import("./engine.js")} To be used in its place.
 */
export const heard = (engine) => ({
  ...engine,
  start: async (body, lang, shown, emit, gone, unkept) => {
    let asked = 0;
    let layer = "notice"; // Go does not report a layer that it takes over
    const hear = (/** @type {string} */ name, /** @type {string} */ value) => {
      if (name === "layer") layer = value || layer; // Go reports "" before the answer; the layer before that counts
      if (name === "answer") places.set(value, asked ? "api" : layer === "settings" ? "settings" : "layer1");
      emit(name, value);
    };
    const act = await engine.start(body, lang, shown, hear, gone, unkept);
    return async (...words) => {
      asked++; // while the page asks, an answer does not come from the banner's own buttons
      try {
        await act(...words);
      } finally {
        asked--;
      }
    };
  },
});

/**
 * @param {string} value The cookie's.
 * @param {Event | undefined} event The event in which the loader has answered, if any.
 * @returns {string} "layer1", "settings" or "api".
 */
const place = (value, event) => {
  const known = places.get(value);
  places.delete(value);
  if (known) return known;
  // Without Go an answer comes from the notice's buttons or from the page. An event in the
  // banner's shadow tree has our element as its target, and no target once it is over.
  return event && (!event.target || /** @type {Element} */ (event.target).localName === "charte-banner") ? "layer1" : "api";
};

/**
 * Sends a receipt, once. Nothing waits for it, so a server that is slow, full or gone
 * changes nothing in the page. Visitors who answer alike send the same receipt.
 *
 * @param {string} value The cookie's, as it was written.
 * @param {HTMLElement} tag The script's. Its data-receipts is where receipts are sent.
 * @param {string} lang The language that was spoken.
 * @param {boolean} withdraws Whether it takes back what was granted before.
 * @param {Event | undefined} event The event in which the loader has answered, if any.
 */
export const receipt = (value, tag, lang, withdraws, event) => {
  const action = withdraws ? "withdraw" : "answer";
  post(/** @type {string} */ (tag.dataset.receipts), { value, action, ui: place(value, event), lang, release });
};

/** The name of this file, release-<SHA-256>.js, which tells what the visitor was shown. */
export const release = import.meta.url.split("/").pop();

/**
 * Sends something that nobody waits for, also while the page goes.
 *
 * @param {string} to The tag's data-receipts.
 * @param {Record<string, string | undefined>} said
 */
export const post = (to, said) => {
  const address = new URL(to, location.href);
  const body = JSON.stringify(said);
  const type = "application/json";
  try {
    // A beacon outlives the page. To another origin it would take cookies along.
    if (address.origin === location.origin && navigator.sendBeacon(address, new Blob([body], { type }))) return;
  } catch {} // the browser has no sendBeacon, or the page has replaced it
  try {
    fetch(address, {
      method: "POST",
      keepalive: true,
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      headers: { "Content-Type": type },
      body,
    }).catch(() => {});
  } catch {} // data-receipts is no address
};
