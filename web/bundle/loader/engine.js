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

/**
 * Asks something of the program: a verb (banner/hook.go), and for "set" choices by id.
 *
 * @typedef {(verb: string, choices?: Record<string, unknown>) => Promise<void>} Ask
 *   Settled when that is done, or the program is gone.
 *
 * @typedef {import("./stage.js").Link} Link
 * @typedef {import("./stage.js").Stage} Stage
 */

/** Milliseconds after which the page stops waiting for a worker. */
const WARMING_MS = 10000;

/** Milliseconds the program runs in the worker after it has mounted: a few frames. */
const REHEARSAL_MS = 50;

/** Milliseconds between two looks at whether a button is still pressed. */
const PRESS_MS = 30;

/** Milliseconds after which a program that shows nothing is ended. */
const IDLE_MS = 20000;

/** Milliseconds between two looks at whether the settings can be seen. */
const WATCH_MS = 200;

/** If the settings cannot be seen in more looks than this, in a row, somebody has hidden them. That takes a second. */
const HIDDEN_LOOKS = 5;

/** What makes an element invisible, by the names of two versions of CSSOM View. */
const SEEN = { opacityProperty: true, visibilityProperty: true, checkOpacity: true, checkVisibilityCSS: true };

const inWorker = typeof document === "undefined";

/** The program, compiled once per page. @type {Promise<WebAssembly.Module> | undefined} */
let compiled;

/** The settings' style sheet, once the program was started. @type {CSSStyleSheet} */
let sheet;

/** @param {RequestCache} [cache] @returns {Promise<WebAssembly.Module>} */
const compile = async (cache) => {
  const response = await fetched(files.wasm, cache);
  // compileStreaming refuses any other type. A host that does not know wasm may send one.
  if (response.headers.get("content-type") === "application/wasm") return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
};

/**
 * Runs an instance of the program.
 *
 * @param {WebAssembly.Module} module
 * @param {Stage} stage
 * @param {((why: string) => void) | undefined} gone Called once, when the instance has ended.
 *   why is empty if it was meant to end.
 * @param {() => Promise<() => void>} [takeOver] Called right before the program shows itself.
 *   The program waits until this is settled. The function that it returns is called right after.
 */
const run = async (module, stage, gone, takeOver) => {
  /** @type {string[]} */
  const said = [];
  const say = (/** @type {unknown[]} */ ...words) => said.push(words.join(" "));
  /** @type {Set<number>} */
  const timers = new Set();
  const end = (/** @type {string} */ why) => {
    timers.forEach(clearTimeout);
    if (gone) gone(why);
    gone = undefined;
  };
  /**
   * Wraps a function that calls into the program, so that a trap does not reach the page.
   *
   * @template {unknown[]} A
   * @param {(...args: A) => unknown} call
   * @returns {(this: unknown, ...args: A) => unknown}
   */
  const guard = (call) =>
    function (...args) {
      try {
        if (gone) return call.apply(this, args);
      } catch (error) {
        end(said[0] || String(error));
      }
    };
  /** @param {() => void} call @param {number} ms */
  const later = (call, ms) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      guard(call)();
    }, ms);
    timers.add(timer);
    return timer;
  };
  const fs = { writeSync: (/** @type {number} */ fd, /** @type {Uint8Array} */ bytes) => stage.fs.writeSync(fd, bytes) };
  glue(stage, stage, stage, stage, undefined, quietReflect, { log: say, warn: say, error: say }, fs, later);
  const go = new stage.Go();
  const wrap = go._makeFuncWrapper;
  go._makeFuncWrapper = (id) => guard(wrap.call(go, id));
  go.exit = (code) => end(code ? said[0] || "exit status " + code : "");
  const instance = await WebAssembly.instantiate(module, go.importObject);
  const restore = await takeOver?.();
  const ended = go.run(instance); // the program mounts before this returns
  restore?.();
  Promise.resolve(ended).then(
    () => end(""),
    (error) => end(said[0] || String(error)),
  );
};

/**
 * @param {HTMLElement} body What Go takes for the document's body.
 * @param {string} lang The language that the program speaks.
 * @param {() => string} layer The layer that the program shows at first.
 * @param {(name: string, value: string) => void} emit Called for what happens in the program:
 *   see banner/hook.go.
 * @param {(why: string) => void} gone Called when a program that had mounted has ended. why is
 *   empty if it was meant to end.
 * @param {() => string} unkept The value of an answer in force that the browser has not kept, or "".
 * @returns {Promise<Ask>} Settled when it has mounted. Rejected when it cannot be had.
 */
export const start = async (body, lang, layer, emit, gone, unkept) => {
  const text = patiently(async (cache) => (await fetched(files.words[lang], cache)).text());
  const compiling = () => patiently(compile);
  const root = /** @type {ShadowRoot} */ (body.getRootNode());
  const keep = (/** @type {Promise<WebAssembly.Module>} */ module) =>
    (compiled = module.catch((error) => {
      compiled = undefined;
      throw error;
    }));
  if (!compiled) {
    // The program is warmed up in a worker only if nobody waits for the settings.
    const warm = layer() !== "settings" && !hasPolicy(root);
    keep(warm ? warmed(text).catch(compiling) : compiling());
  }
  const [read, module] = await Promise.all([text, /** @type {Promise<WebAssembly.Module>} */ (compiled)]);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(settingsCSS);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];

  /** @param {WebAssembly.Module} module @returns {Promise<Ask>} */
  const started = (module) => new Promise((resolve, reject) => {
    let ready = false;
    let returned = false;
    let mounted = false;
    /** @type {number | undefined} */
    let idle;
    /** For each thing that the program was asked, in order, what to call when it is done. @type {(() => void)[]} */
    const asked = [];
    /** @type {Link} */
    const link = {
      words: read,
      get layer() {
        return layer(); // the visitor may have answered since the download began
      },
      get unkept() {
        return unkept();
      },
      // A path with a slash at its beginning is on the page's site, as for url in page.js.
      charter: new URL(
        files.charters[lang],
        files.charters[lang][0] === "/" ? /** @type {AsText<Location>} */ (location) : import.meta.url,
      ).href,
      protocol: location.protocol,
      silent: isSilent(),
      emit: (name, value) => {
        if (name === "ready") {
          ready = true;
          settle();
        } else if (name === "done") asked.shift()?.();
        else if (name !== "focus" || !elsewhere(root.host)) emit(name, value);
        if (value === "settings") watch();
        // If nothing is shown for a while, the program is ended to free its memory.
        clearTimeout(idle);
        idle = setTimeout(() => {
          if (!layer()) ask("end");
        }, IDLE_MS);
      },
    };
    // The program counts as running once it is ready and the call that mounts it has returned. A
    // program that fails before is started once more. No click may come between the two: until
    // the program counts as running, the loader answers clicks, too.
    const settle = () => {
      if (!ready || !returned) return;
      mounted = true;
      resolve(ask);
    };
    /** @type {Ask} */
    const ask = (verb, choices) =>
      new Promise((done) => {
        const side = (/** @type {boolean} */ yes) =>
          Object.keys(choices || {})
            .filter((id) => (/** @type {Record<string, unknown>} */ (choices)[id] === true) === yes)
            .join("\n");
        asked.push(done);
        /** @type {Required<Link>} */ (link).act(verb, side(true), side(false));
      });
    let unseen = 0;
    // A blocker may make the dialog invisible. Since it is modal, the page would be locked.
    const watch = () => {
      if (layer() !== "settings") return;
      const seen = root.querySelector("dialog[open]")?.checkVisibility?.(SEEN);
      // While a page is printed our layers are invisible, and must not be closed for that. One
      // look is not enough, since the page's media and its styles do not change together.
      unseen = seen === false && !matchMedia("print").matches ? unseen + 1 : 0;
      if (unseen > HIDDEN_LOOKS) ask("close");
      else setTimeout(watch, WATCH_MS);
    };
    const ended = (/** @type {string} */ why) => {
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
  // A program that fails as it starts is compiled and started once more. WebKitGTK 2.50 was seen
  // to trap in a module's first instance, out of bounds or where no code should be.
  return started(module).catch(async () => started(await keep(compiling())));
};

/**
 * Reports whether an element of the page has the focus, such as the button that
 * opened the settings and has got the focus back.
 *
 * @param {Element} host
 */
const elsewhere = (host) => {
  const focused = host.parentElement?.querySelectorAll(":focus"); // a page may have taken the host out
  return [...(focused || [])].some((element) => element !== host);
};

/**
 * Keeps the visitor from noticing that Go replaces the first layer by its own. The
 * focus and the text's scroll position stay. It waits while a button is pressed: a
 * click must begin and end on the same element, so a new button would lose it.
 *
 * @param {ShadowRoot} root
 * @returns {Promise<() => void>} Settled when Go may replace the layer. The function that it
 *   gives is to be called afterwards.
 */
const handOver = async (root) => {
  while (root.querySelector("button:active")) await new Promise((next) => setTimeout(next, PRESS_MS));
  // Go's notice has the same controls in the same order. Not all have a name, such as the link to the third parties.
  const controls = () => /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[part=notice] :is(a, button)")]);
  const held = controls().indexOf(/** @type {HTMLElement} */ (root.activeElement));
  const top = root.querySelector("[part=notice]")?.scrollTop;
  return () => {
    controls()[held]?.focus({ preventScroll: true });
    const notice = root.querySelector("[part=notice]"); // unless it shows the settings
    if (top && notice) notice.scrollTop = top;
  };
};

/**
 * Reports whether the page has a Content-Security-Policy. If the policy refused our
 * worker, the violation would be reported to the site's owner, so none is tried
 * there. No call returns the policy. But if it came as a header, the browser hides
 * the nonce of an element that enters the document (HTML, "nonce attributes").
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
 * Compiles the program in a worker and runs it there once. V8 compiles a function
 * when it is first called, and keeps its code with the module. So the page need not
 * compile what the worker has run.
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
      if (module) resolve(module);
      else reject(new Error(why));
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
  /** Stands for every object of the page. Each property of it, and each call, gives the same object. @type {any} */
  const stub = new Proxy(() => {}, {
    get: (_, key) => (key === Symbol.toPrimitive ? () => "" : key === "then" ? undefined : stub),
    set: () => true,
    apply: () => stub,
  });
  onmessage = async ({ data }) => {
    try {
      const module = await compile();
      // The globals that the program sees here. None of them reaches a page or a server.
      const world = { document: stub, performance, crypto, TextEncoder, TextDecoder, Object, Array, Uint8Array, Error, Date };
      await new Promise((resolve) => {
        const emit = (/** @type {string} */ name) => name === "ready" && setTimeout(resolve, REHEARSAL_MS);
        const link = { words: data, layer: "settings", charter: "", protocol: "", emit };
        run(module, makeStage(link, stub, world), resolve).catch(resolve);
      });
      postMessage({ module });
    } catch (error) {
      postMessage({ why: String(error) });
    }
  };
}
