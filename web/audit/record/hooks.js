// This script runs in every document before the page's own scripts. It tells the audit who stores
// what, who reads the device, and what the page's policy refuses. The page sees the same functions
// as without it: the same results, the same errors, the same source text.
(() => {
  const tell = globalThis.charteAuditTells;
  if (!tell) return;
  delete globalThis.charteAuditTells;

  const {apply, defineProperty, getOwnPropertyDescriptor} = Reflect;
  const stringify = JSON.stringify;
  const PlainError = Error;
  const sources = new WeakMap();

  /**
   * Sends one thing to the audit. A fault of this script must not become a fault of the page.
   *
   * @param {Record<string, unknown>} what
   */
  const say = (what) => {
    try {
      const limit = PlainError.stackTraceLimit;
      PlainError.stackTraceLimit = 20;
      const stack = new PlainError().stack;
      PlainError.stackTraceLimit = limit;
      tell(stringify({...what, stack, origin: self.origin, at: location.href}));
    } catch {}
  };

  /**
   * Stands in for a function, and keeps its name, length and source text.
   *
   * @param {Function} original
   * @param {(self: unknown, args: unknown[]) => void} first Is called before the function.
   */
  const wrap = (original, first) => {
    const wrapper = {wrapped(...args) {
      try { first(this, args); } catch {}
      return apply(original, this, args);
    }}.wrapped;
    for (const key of ["name", "length"]) defineProperty(wrapper, key, getOwnPropertyDescriptor(original, key));
    sources.set(wrapper, original);
    return wrapper;
  };

  /** Puts a wrapped method in its object's place. */
  const method = (object, name, first) => {
    const at = object && getOwnPropertyDescriptor(object, name);
    if (at && typeof at.value === "function") defineProperty(object, name, {...at, value: wrap(at.value, first)});
  };

  /** Puts a wrapped setter in its object's place. */
  const setter = (object, name, first) => {
    const at = object && getOwnPropertyDescriptor(object, name);
    if (at && at.set) defineProperty(object, name, {...at, set: wrap(at.set, first)});
  };

  /** Puts a wrapped getter in its object's place. */
  const getter = (object, name, first) => {
    const at = object && getOwnPropertyDescriptor(object, name);
    if (at && at.get) defineProperty(object, name, {...at, get: wrap(at.get, first)});
  };

  const toString = Function.prototype.toString;
  const text = {toString() { return apply(toString, sources.get(this) ?? this, []); }}.toString;
  sources.set(text, toString);
  defineProperty(Function.prototype, "toString", {...getOwnPropertyDescriptor(Function.prototype, "toString"), value: text});

  const proto = (name) => globalThis[name]?.prototype;

  setter(proto("Document"), "cookie", (_, [value]) => say({kind: "cookie", value: String(value)}));
  method(proto("CookieStore"), "set", (_, [name, value]) => {
    const c = typeof name === "object" ? name : {name, value};
    let line = `${c.name}=${c.value}; path=${c.path ?? "/"}`;
    if (c.domain) line += `; domain=${c.domain}`;
    if (c.expires) line += `; expires=${new Date(c.expires).toUTCString()}`;
    if (c.partitioned) line += "; partitioned";
    say({kind: "cookie", value: line});
  });
  method(proto("Storage"), "setItem", (self, [key]) => {
    say({kind: self === globalThis.localStorage ? "localStorage" : "sessionStorage", name: String(key)});
  });
  method(proto("IDBFactory"), "open", (_, [name]) => say({kind: "indexedDB", name: String(name)}));
  method(proto("CacheStorage"), "open", (_, [name]) => say({kind: "cache", name: String(name)}));
  method(proto("ServiceWorkerContainer"), "register", (_, [url]) => say({kind: "serviceWorker", name: new URL(url, location.href).href}));

  // What follows is read by fingerprinting, and by honest pages, too. So a call counts only where
  // it has little other use: a drawing with text of its own is read back, sound is computed that
  // nobody hears, or text is measured in many fonts.
  const drawn = new WeakMap();
  const FEWEST_LETTERS = 10;
  const SMALLEST_PX = 16;
  const read = (canvas, what) => {
    if (canvas && drawn.get(canvas) >= FEWEST_LETTERS && canvas.width >= SMALLEST_PX && canvas.height >= SMALLEST_PX) say({kind: "canvas", name: what});
  };
  for (const name of ["CanvasRenderingContext2D", "OffscreenCanvasRenderingContext2D"]) {
    for (const draws of ["fillText", "strokeText"]) {
      method(proto(name), draws, (self, [words]) => {
        drawn.set(self.canvas, Math.max(drawn.get(self.canvas) ?? 0, new Set(String(words)).size));
      });
    }
    method(proto(name), "getImageData", (self) => read(self.canvas, `${name}.getImageData`));
  }
  for (const reads of ["toDataURL", "toBlob"]) method(proto("HTMLCanvasElement"), reads, (self) => read(self, `HTMLCanvasElement.${reads}`));
  method(proto("OffscreenCanvas"), "convertToBlob", (self) => read(self, "OffscreenCanvas.convertToBlob"));
  method(proto("OfflineAudioContext"), "startRendering", () => say({kind: "audio", name: "OfflineAudioContext.startRendering"}));

  const MOST_FONTS = 20;
  const fonts = new Set();
  method(proto("CanvasRenderingContext2D"), "measureText", (self) => {
    fonts.add(self.font);
    if (fonts.size === MOST_FONTS) say({kind: "font", name: "CanvasRenderingContext2D.measureText"});
  });
  // A style's fontFamily belongs to each style object itself in Chromium, where nothing can stand in for
  // it. So a font is noted when text in it is measured.
  const families = new Set();
  const measured = (element, what) => {
    const family = element.style?.fontFamily;
    if (!family || families.has(family)) return;
    families.add(family);
    if (families.size === MOST_FONTS) say({kind: "font", name: what});
  };
  for (const size of ["offsetWidth", "offsetHeight"]) getter(proto("HTMLElement"), size, (self) => measured(self, `HTMLElement.${size}`));
  method(proto("Element"), "getBoundingClientRect", (self) => measured(self, "Element.getBoundingClientRect"));

  globalThis.document?.addEventListener("securitypolicyviolation", (event) => {
    if (event.disposition === "enforce") say({kind: "policy", name: event.effectiveDirective, value: event.blockedURI});
  }, true);
})();
