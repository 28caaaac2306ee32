/**
 * Starts the Go program in the page. Loaded only when the program may be
 * needed. The same module runs in a worker, where it warms the program up.
 */
import files from "charte:files";
import glue from "charte:glue";
import settingsCSS from "../styles/settings.css";
import { fetched, patiently } from "./fetched.js";
import { isSilent } from "./silent.js";
import { makeStage, quietReflect } from "./stage.js";

/** Milliseconds after which a worker that has not answered is given up. */
const WARMING_MS = 10000;

/** Milliseconds the program runs in the worker after it has mounted: a few frames. */
const REHEARSAL_MS = 50;

/** Milliseconds between two looks at whether a button is still pressed. */
const PRESS_MS = 30;

/** Milliseconds after which a program that shows nothing is ended. */
const IDLE_MS = 20000;

/** Milliseconds between two looks at whether the settings can be seen. */
const WATCH_MS = 200;

/** Looks after which settings that cannot be seen are hidden by somebody: a second. */
const HIDDEN_LOOKS = 5;

/** What makes an element invisible, in the names of two versions of CSSOM View. */
const SEEN = { opacityProperty: true, visibilityProperty: true, checkOpacity: true, checkVisibilityCSS: true };

const inWorker = typeof document === "undefined";

/** @type {Promise<WebAssembly.Module> | undefined} Compiled once per page. */
let compiled;

/** @type {CSSStyleSheet} */
let sheet;

/** @param {RequestCache} [cache] @returns {Promise<WebAssembly.Module>} */
const compile = async (cache) => {
  const response = await fetched(files.wasm, cache);
  // Another type is refused by compileStreaming, and may come from a host that
  // does not know wasm.
  if (response.headers.get("content-type") === "application/wasm") return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
};

/**
 * Runs an instance of the program.
 *
 * @param {WebAssembly.Module} module
 * @param {object} stage Its globalThis.
 * @param {(why: string) => void} gone Called once, when it has ended; why is
 *   empty where that was meant.
 * @param {() => Promise<() => void>} [takeOver] Called right before the program
 *   shows itself, which waits for it; what it gives is called right after.
 */
const run = async (module, stage, gone, takeOver) => {
  const said = [];
  const say = (...words) => said.push(words.join(" "));
  const timers = new Set();
  const end = (why) => {
    timers.forEach(clearTimeout);
    if (gone) gone(why);
    gone = undefined;
  };
  // Whatever calls into the program catches: a trap must not reach the page.
  const guard = (call) =>
    function (...args) {
      try {
        if (gone) return call.apply(this, args);
      } catch (error) {
        end(said[0] || String(error));
      }
    };
  const later = (call, ms) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      guard(call)();
    }, ms);
    timers.add(timer);
    return timer;
  };
  const fs = { writeSync: (fd, bytes) => stage.fs.writeSync(fd, bytes) };
  glue(stage, stage, stage, stage, undefined, quietReflect, { log: say, warn: say, error: say }, fs, later);
  const go = new stage.Go();
  const wrap = go._makeFuncWrapper;
  go._makeFuncWrapper = (id) => guard(wrap.call(go, id));
  go.exit = (code) => end(code ? said[0] || "exit status " + code : "");
  const instance = await WebAssembly.instantiate(module, go.importObject);
  const restore = await takeOver?.();
  const ended = go.run(instance); // mounts before it returns
  restore?.();
  Promise.resolve(ended).then(
    () => end(""),
    (error) => end(said[0] || String(error)),
  );
};

/**
 * @param {HTMLElement} body What Go takes for the document's body.
 * @param {string} lang Language of what it shows.
 * @param {() => string} layer What the program shows at first.
 * @param {(name: string, value: string) => void} emit Called for what happens in it:
 *   see banner/hook.go.
 * @param {(why: string) => void} gone Called when a program that had mounted has
 *   ended; why is empty where that was meant.
 * @param {() => string} unkept An answer that is in force and not in the browser's jar.
 * @returns {Promise<(verb: string, choices?: object) => Promise<void>>} Settled
 *   when it has mounted, with what asks something of it: a verb, and for "set"
 *   choices by id, settled when that is done or the program is gone. Rejected when
 *   it cannot be had.
 */
export const start = async (body, lang, layer, emit, gone, unkept) => {
  const text = patiently(async (cache) => (await fetched(files.words[lang], cache)).text());
  const compiling = () => patiently(compile);
  const root = body.getRootNode();
  const keep = (/** @type {Promise<WebAssembly.Module>} */ module) =>
    (compiled = module.catch((error) => {
      compiled = undefined;
      throw error;
    }));
  // Warmed up where nobody waits for it.
  if (!compiled) keep(layer() === "settings" || hasPolicy(root) ? compiling() : warmed(text).catch(compiling));
  const [read, module] = await Promise.all([text, compiled]);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(settingsCSS);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];

  /** @param {WebAssembly.Module} module */
  const started = (module) => new Promise((resolve, reject) => {
    let ready = false;
    let returned = false;
    let mounted = false;
    let idle;
    /** Those who wait for what they asked the program for, in order. @type {(() => void)[]} */
    const asked = [];
    const link = {
      words: read,
      get layer() {
        return layer(); // the visitor may have answered since the download began
      },
      get unkept() {
        return unkept();
      },
      // As url in page.js.
      charter: new URL(files.charters[lang], files.charters[lang][0] === "/" ? location : import.meta.url).href,
      protocol: location.protocol,
      silent: isSilent(),
      emit: (name, value) => {
        if (name === "ready") {
          ready = true;
          settle();
        } else if (name === "done") asked.shift()?.();
        else if (name !== "focus" || !elsewhere(root.host)) emit(name, value);
        if (value === "settings") watch();
        // Where nothing is shown for a while, its memory goes back to the page.
        clearTimeout(idle);
        idle = setTimeout(() => layer() || ask("end"), IDLE_MS);
      },
    };
    // When the call that has mounted it is over: a program that fails in that is started once
    // more, as is one that fails before. And before anything else happens in the page: until
    // it is known to run, the loader answers, too.
    const settle = () => {
      if (!ready || !returned) return;
      mounted = true;
      resolve(ask);
    };
    const ask = (verb, choices) =>
      new Promise((done) => {
        const side = (/** @type {boolean} */ yes) =>
          Object.keys(choices || {})
            .filter((id) => (choices[id] === true) === yes)
            .join("\n");
        asked.push(done);
        link.act(verb, side(true), side(false));
      });
    let unseen = 0;
    // A modal dialog that a blocker has made invisible would lock the page.
    const watch = () => {
      if (layer() !== "settings") return;
      const seen = root.querySelector("dialog[open]")?.checkVisibility?.(SEEN);
      // A page that is printed shows none of our layers, and loses none. Looks may
      // come between its media and its styles.
      unseen = seen === false && !matchMedia("print").matches ? unseen + 1 : 0;
      if (unseen > HIDDEN_LOOKS) ask("close");
      else setTimeout(watch, WATCH_MS);
    };
    const ended = (why) => {
      clearTimeout(idle);
      asked.splice(0).forEach((done) => done());
      if (mounted) gone(why);
      else reject(new Error(why));
    };
    const go = async () => {
      await run(module, makeStage(link, body, window), ended, () => handOver(root));
      returned = true;
      settle();
    };
    go().catch((error) => ended(error.message));
  });
  // Once more, from the bytes, where it failed as it started: WebKitGTK 2.50 was seen to
  // trap in a module's first instance, out of bounds or where no code should be.
  return started(module).catch(async () => started(await keep(compiling())));
};

/**
 * Reports whether something of the page has the focus, such as the button that
 * opened the settings and got it back.
 *
 * @param {Element} host
 */
const elsewhere = (host) => [...host.parentElement.querySelectorAll(":focus")].some((element) => element !== host);

/**
 * Lets the visitor not notice that Go has replaced the first layer by its own:
 * the focus and the text's scroll position stay, and no button goes from under
 * a finger that is on it. A click begins and ends on one element, or is none.
 *
 * @param {ShadowRoot} root
 * @returns {Promise<() => void>}
 */
const handOver = async (root) => {
  while (root.querySelector("button:active")) await new Promise((next) => setTimeout(next, PRESS_MS));
  const held = root.activeElement?.dataset.charte;
  const top = root.querySelector("[part=notice]")?.scrollTop;
  return () => {
    if (held) root.querySelector(`[data-charte=${held}]`)?.focus({ preventScroll: true });
    const notice = root.querySelector("[part=notice]"); // unless it shows the settings
    if (top && notice) notice.scrollTop = top;
  };
};

/**
 * Reports whether the page has a Content-Security-Policy. To be refused a
 * worker is a violation, which is reported to the site's owner, so none is
 * tried there. Nothing asks a browser for the policy, but where one came as a
 * header, the nonce of an element that enters the document is hidden (HTML,
 * "nonce attributes").
 *
 * @param {ShadowRoot} root
 */
const hasPolicy = (root) => {
  const probe = Document.prototype.createElement.call(document, "p");
  probe.setAttribute("nonce", "charte");
  root.append(probe);
  const hidden = !probe.getAttribute("nonce");
  probe.remove();
  return hidden || Document.prototype.querySelector.call(document, "meta[http-equiv=content-security-policy i]");
};

/**
 * Compiles the program in a worker and runs it there once. V8 compiles a
 * function when it is first called, and its code belongs to the module: what
 * the worker has compiled, the page only executes.
 *
 * @param {Promise<string>} words
 * @returns {Promise<WebAssembly.Module>} Rejected where workers are refused.
 */
const warmed = async (words) => {
  const text = await words;
  return new Promise((resolve, reject) => {
    const here = import.meta.url;
    const blob = new Blob([`import ${JSON.stringify(here)}`], { type: "text/javascript" });
    const url = new URL(here).origin === location.origin ? here : URL.createObjectURL(blob);
    const worker = new Worker(url, { type: "module" });
    const end = (/** @type {{module?: WebAssembly.Module, why?: string}} */ { module, why }) => {
      clearTimeout(giveUp);
      worker.terminate();
      URL.revokeObjectURL(url);
      module ? resolve(module) : reject(new Error(why));
    };
    const giveUp = setTimeout(() => end({ why: "the worker is silent" }), WARMING_MS);
    worker.onmessage = ({ data }) => end(data);
    worker.onerror = (event) => {
      event.preventDefault(); // no line in the page's console: the page compiles instead
      end({ why: "no worker" });
    };
    worker.postMessage(text);
  });
};

if (inWorker) {
  /** Stands for every object of the page: any property, any call, gives itself. */
  const stub = new Proxy(() => {}, {
    get: (_, key) => (key === Symbol.toPrimitive ? () => "" : key === "then" ? undefined : stub),
    set: () => true,
    apply: () => stub,
  });
  onmessage = async ({ data }) => {
    try {
      const module = await compile();
      // What the program may see here: nothing that reaches a page or a server.
      const world = { document: stub, performance, crypto, TextEncoder, TextDecoder, Object, Array, Uint8Array, Error, Date };
      await new Promise((resolve) => {
        const emit = (name) => name === "ready" && setTimeout(resolve, REHEARSAL_MS);
        const link = { words: data, layer: "settings", charter: "", protocol: "", emit };
        run(module, makeStage(link, stub, world), resolve).catch(resolve);
      });
      postMessage({ module });
    } catch (error) {
      postMessage({ why: String(error) });
    }
  };
}
