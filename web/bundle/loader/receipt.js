/** Sends a receipt of an answer. Part of release.js. */

/** Where Go was answered, by the value it wrote, until that is sent. @type {Map<string, string>} */
const places = new Map();

/**
 * What a program reports and is asked for, heard on its way.
 *
 * @param {typeof import("./engine.js")} engine
 * @returns {typeof import("./engine.js")}
 */
export const heard = (engine) => ({
  ...engine,
  start: async (body, lang, shown, emit, gone, unkept) => {
    let asked = 0;
    let layer = "notice"; // what Go takes over it does not report
    const hear = (/** @type {string} */ name, /** @type {string} */ value) => {
      if (name === "layer") layer = value || layer; // Go takes it away before it answers
      if (name === "answer") places.set(value, asked ? "api" : layer === "settings" ? "settings" : "layer1");
      emit(name, value);
    };
    const act = await engine.start(body, lang, shown, hear, gone, unkept);
    return async (...words) => {
      asked++; // by the page, and not with the banner's own buttons
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
 * @param {Event | undefined} event What the loader has answered in, if anything.
 * @returns {string} "layer1", "settings" or "api".
 */
const place = (value, event) => {
  const known = places.get(value);
  places.delete(value);
  if (known) return known;
  // Without Go there are the notice's buttons and the page's. What happened in a
  // shadow tree has our element for a target, and none after it is over.
  return event && (!event.target || event.target.localName === "charte-banner") ? "layer1" : "api";
};

/**
 * One try, for which nobody waits: a server that is slow, full or gone changes
 * nothing in the page. What is sent is the same for all who answer alike.
 *
 * @param {string} value The cookie's, as it was written.
 * @param {HTMLElement} tag Its data-receipts is where receipts are sent.
 * @param {string} lang The language that was spoken.
 * @param {boolean} withdraws Whether it takes back what was granted before.
 * @param {Event | undefined} event What the loader has answered in.
 */
export const receipt = (value, tag, lang, withdraws, event) => {
  const action = withdraws ? "withdraw" : "answer";
  // The name of the file this is part of says what the visitor was shown.
  const release = import.meta.url.split("/").pop();
  const body = JSON.stringify({ value, action, ui: place(value, event), lang, release });
  const address = new URL(tag.dataset.receipts, location.href);
  const type = "application/json";
  try {
    // A beacon outlives the page. To another origin it would take cookies along.
    if (address.origin === location.origin && navigator.sendBeacon(address, new Blob([body], { type }))) return;
  } catch {} // there is none, or the page has replaced it
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
  } catch {} // an address that is none
};
