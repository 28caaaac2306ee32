/**
 * Opens the workbench: exchanges the token in the address for a key, and starts the program. The key
 * stays in this module, so that nothing else in the page can read it.
 */

/**
 * @typedef {object} Answer What the server has said.
 * @property {number} status Of HTTP; 0 if nobody has answered.
 * @property {string} text The body, JSON.
 *
 * @typedef {object} Link What the program finds as window.charte (web/workbench/program/remote.go).
 * @property {(method: string, path: string, body: BodyInit | null, kind: string, number: number) => Promise<Answer>} send
 *   Never rejected. kind is the body's type; number is that of a change, or 0.
 * @property {string[]} languages The browser's languages, the preferred one first.
 * @property {() => void} [opened] Set by the program: called when a new address has given the page a new key.
 */

/** What precedes the token of an address, and the token: 32 bytes in base64url (web/workbench/session.go). */
const TOKEN = /^#([\w-]{43})$/;

/** The key that goes with each request. Empty until a token was taken. */
let key = "";

/** Whether the program was started. */
let running = false;

/** @type {Link["send"]} */
const send = async (method, path, body, kind, number) => {
  try {
    /** @type {Record<string, string>} */
    const headers = { Authorization: "Bearer " + key };
    if (kind) headers["Content-Type"] = kind;
    if (number) headers["Charte-Request"] = String(number);
    const response = await fetch(path, { method, headers, body, cache: "no-store", credentials: "omit", redirect: "error" });
    return { status: response.status, text: await response.text() };
  } catch {
    return { status: 0, text: "" };
  }
};

/** @type {Link} */
const link = { send, languages: [...navigator.languages] };
Object.defineProperty(window, "charte", { value: link });

/**
 * Shows one of the page's sentences. The program replaces the element that holds them, so that they
 * are put back where it has ended.
 *
 * @param {"loading" | "closed" | "used" | "away" | "failed"} which
 */
const say = (which) => {
  for (const sentence of start.querySelectorAll("span")) sentence.hidden = sentence.id !== "start-" + which;
  if (!start.isConnected) document.body.replaceChildren(start);
};
const start = /** @type {HTMLElement} */ (document.querySelector("main"));

/** Runs the program until it ends, which it should not. */
const run = async () => {
  running = true;
  try {
    const go = new Go();
    const { instance } = await WebAssembly.instantiateStreaming(fetch("/program.wasm"), go.importObject);
    await go.run(instance);
  } catch (error) {
    console.error(error);
  }
  running = false;
  say("failed");
};

/** Takes the token out of the address, if it has one, and opens the workbench with it. */
const open = async () => {
  const token = TOKEN.exec(location.hash)?.[1];
  if (!token) {
    if (running || key) return;
    say("closed");
    // The terminal prints an address for this page.
    await send("POST", "/api/ask", "{}", "application/json", 0);
    return;
  }
  history.replaceState(null, "", location.pathname);
  if (!running) say("loading");
  const { status, text } = await send("POST", "/api/open", JSON.stringify({ token }), "application/json", 0);
  if (status === 200) {
    key = JSON.parse(text).key;
    if (running) link.opened?.();
    else run();
  } else {
    if (!running) say(status ? "used" : "away");
    if (status) await send("POST", "/api/ask", "{}", "application/json", 0);
  }
};

// An address that is put into a page which is open already changes its hash only.
addEventListener("hashchange", open);
open();
