/**
 * Reads what banners have left in a page. It runs in a blank frame of the page, whose built-ins the
 * page's scripts have not touched. decode.go reads the answer.
 *
 * @param {Window} page
 * @param {object[]} heap The page's objects, those that no global variable leads to included.
 * @param {{builtIn: string[] | null, known: boolean, nodes: number, text: number, depth: number, notes: number, ms: number}} options
 *   builtIn names the services that tarteaucitron brings along, if they are known. The others are limits.
 * @returns {string} JSON: calls, names, and notes on what was cut.
 */
(page, heap, options) => {
  const { apply, get, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
  const [half, end] = [performance.now() + options.ms / 2, performance.now() + options.ms];
  const getter = (type, name) => getOwnPropertyDescriptor(type.prototype, name).get;
  const brands = {
    pattern: getter(RegExp, "source"), date: Date.prototype.getTime, map: getter(Map, "size"), set: getter(Set, "size"), node: getter(Node, "nodeType"),
  };

  const calls = [], names = [], notes = [];
  const note = (what, path) => {
    if (notes.length < options.notes) notes.push({ what, path });
  };

  /** A property's value, whatever that runs in the page, or undefined where it throws. */
  const field = (object, name) => {
    try { return get(object, name); } catch { return undefined; }
  };
  /** The value of an own property that is no getter. It runs nothing, except the traps of a proxy. */
  const own = (object, name) => {
    try { return getOwnPropertyDescriptor(object, name)?.value; } catch { return undefined; }
  };
  const has = (object, name) => {
    try { return getOwnPropertyDescriptor(object, name) !== undefined; } catch { return false; }
  };
  const ask = (object, name, ...args) => {
    try { return apply(get(object, name), object, args); } catch { return undefined; }
  };
  const thing = (value) => typeof value === "object" && value !== null;
  const list = (value) => { try { return Array.isArray(value); } catch { return false; } };
  const plain = (value) => thing(value) && !list(value);
  const keys = (object) => {
    try { return ownKeys(object).filter((key) => typeof key === "string"); } catch { return []; }
  };
  /** The things that are values of an object. */
  const values = (object) => thing(object) ? keys(object).map((key) => field(object, key)).filter(thing) : [];
  const branded = (value, brand) => {
    try { apply(brands[brand], value, []); return true; } catch { return false; }
  };
  const prototype = (value) => { try { return getPrototypeOf(value); } catch { return undefined; } };
  const tag = (value) => { try { return apply(Object.prototype.toString, value, []).slice(8, -1); } catch { return "object"; } };

  // Values

  const left = { nodes: options.nodes, text: options.text };
  const over = () => left.nodes <= 0 || performance.now() > end;
  const below = (path, key) => /^[\w$]+$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
  const cut = (value, path) => {
    const text = value.slice(0, Math.max(0, left.text));
    if (text.length < value.length) note("long", path);
    left.text -= text.length;
    return text;
  };
  const opaque = (text) => ({ k: "opaque", t: text.slice(0, 80) });
  // A plain object needs no look at what else it may be.
  const plainOnes = [null, Object.prototype, field(field(page, "Object") ?? {}, "prototype")];

  /** What of an object is the site's, by object. Banners add properties of their own. */
  const keeps = new Map();

  /** Writes a value down. above are the objects that it is in. */
  const write = (value, path, above) => {
    left.nodes--;
    switch (typeof value) {
      case "undefined": return { k: "null" };
      case "boolean": return { k: "bool", b: value };
      case "number": return { k: "number", t: `${value}` };
      case "string": return { k: "text", t: cut(value, path) };
      case "bigint": return opaque(`${value}n`);
      case "symbol": return opaque(apply(Symbol.prototype.toString, value, []));
      case "function": return { k: "function", t: apply(Function.prototype.toString, value, []).slice(0, 80) };
    }
    if (value === null) return { k: "null" };
    if (above.includes(value)) { note("cycle", path); return opaque("itself"); }
    if (above.length >= options.depth) { note("deep", path); return opaque("…"); }
    const inside = [...above, value];
    if (list(value)) return items(Number(field(value, "length")) || 0, (i) => field(value, i), path, inside);
    return (!plainOnes.includes(prototype(value)) && special(value, path, inside)) || fields(value, path, inside);
  };

  const items = (length, at, path, inside) => {
    const all = [];
    for (let i = 0; i < length; i++) {
      if (over()) { note("many", path); break; }
      all.push(write(at(i), `${path}[${i}]`, inside));
    }
    return { k: "list", i: all };
  };

  const fields = (value, path, inside) => {
    const [named, values] = [[], []];
    let all;
    try { all = ownKeys(value); } catch { note("throws", path); return opaque("an object that cannot be read"); }
    for (const key of all) {
      if (typeof key !== "string") continue;
      if (over()) { note("many", path); break; }
      const at = below(path, key);
      let read;
      try {
        if (!getOwnPropertyDescriptor(value, key)?.enumerable) continue;
        const inner = get(value, key);
        if (!(keeps.get(value)?.(key, inner) ?? true)) continue;
        read = write(inner, at, inside);
      } catch {
        note("throws", at);
        read = opaque("a property that cannot be read");
      }
      named.push(cut(key, at));
      values.push(read);
    }
    return { k: "map", n: named, i: values };
  };

  /** Writes down an object that is more than its properties. */
  const special = (value, path, inside) => {
    if (branded(value, "pattern")) {
      return { k: "pattern", t: cut(apply(brands.pattern, value, []), path), g: apply(getter(RegExp, "flags"), value, []) };
    }
    if (branded(value, "date")) {
      const ms = apply(brands.date, value, []);
      return opaque(Number.isNaN(ms) ? "Invalid Date" : new Date(ms).toISOString());
    }
    if (branded(value, "node")) return opaque(`<${String(field(value, "localName") ?? field(value, "nodeName"))}>`);
    if (branded(value, "set")) {
      const all = [...apply(Set.prototype.values, value, [])];
      return items(all.length, (i) => all[i], path, inside);
    }
    if (branded(value, "map")) {
      const [named, values] = [[], []];
      for (const [key, inner] of apply(Map.prototype.entries, value, [])) {
        if (over()) { note("many", path); break; }
        const name = cut(typeof key === "string" ? key : tag(key), path);
        named.push(name);
        values.push(write(inner, below(path, name), inside));
      }
      return { k: "map", n: named, i: values };
    }
    const kind = tag(value);
    return /^(Window|Location|Promise|Weak|.*Array|ArrayBuffer|DataView|Generator|Intl)/.test(kind) || value === page ? opaque(kind) : null;
  };

  const call = (name, ...args) => calls.push({ name, args: args.map((arg, i) => write(arg, args.length > 1 ? `${name}[${i}]` : name, [])) });
  const named = (base, key, value) => names.push({ base, key, value: write(value, base ? below(base, key) : key, []) });

  // Shapes of configurations

  const vanilla3 = (o) => plain(own(o, "categories")) && plain(own(o, "language")) && has(own(o, "language"), "translations");
  const vanilla2 = (o) => {
    const languages = own(o, "languages");
    if (!plain(languages)) return false;
    const first = own(languages, keys(languages)[0] ?? "");
    return plain(first) && (has(first, "consent_modal") || has(first, "settings_modal"));
  };
  const orejime3 = (o) => {
    const purposes = own(o, "purposes");
    if (!list(purposes) || has(o, "id") || !plain(own(purposes, 0)) || typeof own(own(purposes, 0), "id") !== "string") return false;
    return ["privacyPolicyUrl", "translations", "cookie", "theme", "lang", "forceBanner", "forceModal", "logo", "orejimeElement"].some((name) => has(o, name));
  };
  const listsApps = (o, name) => {
    const all = own(o, name);
    if (!list(all) || typeof own(own(all, 0), "name") !== "string") return false;
    for (let i = 0; i < 20; i++) if (list(own(own(all, i), "purposes")) || list(own(own(all, i), "cookies"))) return true;
    return false;
  };
  // Orejime 2 began as Klaro, and calls the same things by the same names.
  const klaro = (o) => (listsApps(o, "services") || listsApps(o, "apps")) && !has(o, "confirmed");
  const withC15t = thing(field(page, "c15tStore"));
  const c15tKinds = ["necessary", "functionality", "experience", "measurement", "marketing"];
  const c15t = (o) => {
    if (has(o, "saveConsents") || has(o, "consents")) return false; // its store's state
    const kinds = own(o, "consentCategories");
    // Other programs have modes and scripts, too.
    return list(kinds) && c15tKinds.includes(own(kinds, 0))
      || withC15t && ["c15t", "hosted", "offline", "custom"].includes(own(o, "mode")) && ["backendURL", "endpointHandlers", "storageConfig", "legalLinks", "scripts", "i18n", "consentCategories"].some((name) => has(o, name));
  };
  const shapes = { vanilla3, vanilla2, orejime3, klaro, c15t };
  const shapeOf = (o) => Object.keys(shapes).find((name) => shapes[name](o)) ?? "";

  const { hasOwn } = Object;
  /** Reports whether an object may have such a shape. It is quick, since a page may have a million objects. */
  const marked = (o) => {
    try {
      return hasOwn(o, "categories") || hasOwn(o, "languages") || hasOwn(o, "purposes") || hasOwn(o, "services") || hasOwn(o, "apps")
        || hasOwn(o, "consentCategories") || hasOwn(o, "mode") || hasOwn(o, "options");
    } catch { return false; }
  };

  /** The page's objects that have such a shape, by shape. */
  const pool = { vanilla3: [], vanilla2: [], orejime3: [], klaro: [], c15t: [] };
  const props = []; // of c15t's React components
  for (let i = 0; i < heap.length; i++) {
    if (i % 1024 === 0 && performance.now() > half) { note("slow", ""); break; }
    const o = heap[i];
    if (!marked(o) || !plain(o)) continue;
    const shape = shapeOf(o);
    if (shape) pool[shape].push(o);
    else if (plain(own(o, "options")) && c15t(own(o, "options")) && has(o, "children")) props.push(o);
  }

  const done = new Set();
  const found = (shape, tell) => { if (!done.has(shape)) { done.add(shape); tell(); } };

  // What the banners offer

  const run = (config) => {
    // vanilla-cookieconsent marks each service as on or off, by a name that its minifier makes up.
    for (const category of values(field(config, "categories"))) {
      for (const service of values(field(category, "services"))) {
        keeps.set(service, (key, value) => typeof value !== "boolean" || ["label", "onAccept", "onReject", "cookies"].includes(key));
      }
    }
    call("CookieConsent.run", config);
  };
  const cc = field(page, "CookieConsent");
  const merged = cc ? ask(cc, "getConfig") : undefined;
  if (thing(merged) && thing(field(merged, "categories"))) {
    found("vanilla3", () => {
      const [categories, language] = [field(merged, "categories"), field(merged, "language")];
      const exact = pool.vanilla3.find((o) => o !== merged && own(o, "categories") === categories && own(o, "language") === language);
      if (!exact) note("vanilla-defaults", "CookieConsent.run");
      run(exact ?? merged);
    });
  }
  for (const [global, shape] of [["klaroConfig", "klaro"], ["orejimeConfig", "orejime"]]) {
    if (plain(field(page, global)) && !branded(field(page, global), "node")) found(shape, () => named("", global, field(page, global)));
  }
  // A shape that Orejime 2 has in common with Klaro is told once.
  if (done.has("orejime")) ["orejime3", "klaro"].forEach((shape) => pool[shape].length && done.add(shape));

  const tac = field(page, "tarteaucitron");
  if (plain(tac) && !branded(tac, "node")) {
    const used = new Set();
    const parameters = field(tac, "parameters");
    if (plain(parameters) && keys(parameters).length) {
      note("tarteaucitron-defaults", "tarteaucitron.init");
      call("tarteaucitron.init", parameters);
    }
    const user = field(tac, "user");
    if (plain(user)) for (const key of keys(user)) if (key !== "bypass" || field(user, key) !== false) named("tarteaucitron.user", key, field(user, key));
    const jobs = field(tac, "job");
    const most = 1000; // It has some 200 services.
    const length = list(jobs) ? field(jobs, "length") : 0;
    for (let i = 0; i < Math.min(most, length); i++) if (typeof field(jobs, i) === "string") used.add(field(jobs, i));
    const added = field(tac, "added");
    const loaded = thing(added) ? keys(added) : [];
    for (const key of loaded.slice(0, most)) if (field(added, key) === true) used.add(key);
    if (length > most || loaded.length > most) note("many", "tarteaucitron.job");
    for (const key of used) call("tarteaucitron.job.push", key);
    const services = field(tac, "services");
    if (plain(services)) {
      const brought = new Set(options.builtIn);
      if (!options.known && keys(services).length) note("tarteaucitron-services", "tarteaucitron.services");
      for (const key of keys(services)) if (options.known ? !brought.has(key) : used.has(key)) named("tarteaucitron.services", key, field(services, key));
    }
    for (const key of keys(page)) {
      const value = /^tarteaucitron./.test(key) ? field(page, key) : "";
      const its = /^tarteaucitron(Path|IsLoaded|NoAdBlocker|UseMin|ForceCDN|ScriptsDiscover)$/.test(key) || key === "tarteaucitronExpireInDay" && value === true;
      const told = value !== "" && value !== undefined && typeof value !== "function" && (!thing(value) || plainOnes.includes(prototype(value)));
      if (told && !its) named("", key, value);
    }
  }

  // Other global variables

  const blank = globalThis === page ? new Set() : new Set(ownKeys(globalThis));
  const seen = new Set([page]);
  const search = (object, base, depth) => {
    for (const key of keys(object)) {
      if (seen.size > 20_000 || performance.now() > end) return;
      if (depth === 0 && (blank.has(key) || ["CookieConsent", "klaro", "Orejime", "orejime", "tarteaucitron", "c15tStore"].includes(key))) continue;
      const value = depth ? own(object, key) : field(object, key);
      if (!thing(value) || seen.has(value) || branded(value, "node")) continue;
      seen.add(value);
      const shape = plain(value) ? shapeOf(value) : "";
      if (shape) found(shape, () => named(base, key, value));
      else if (depth < 2) search(value, base ? below(base, key) : key, depth + 1);
    }
  };
  search(page, "", 0);

  // What the banners have inside

  const fewest = (objects) => objects.reduce((best, o) => best && keys(best).length <= keys(o).length ? best : o, undefined);
  /** Reports whether two lists are of the same purposes or apps. */
  const same = (a, b) => {
    const ids = (all) => values(all).map((one) => field(one, "id") ?? field(one, "name")).join();
    return list(a) && list(b) && ids(a) === ids(b);
  };

  const manager = done.has("klaro") ? undefined : ask(field(page, "klaro") ?? {}, "getManager");
  if (thing(manager) && klaro(field(manager, "config"))) found("klaro", () => call("klaro.setup", field(manager, "config")));
  const orejime = field(page, "orejime");
  if (thing(orejime) && !done.has("orejime") && !done.has("orejime3")) {
    const config = field(orejime, "config") ?? field(field(field(orejime, "internals") ?? {}, "manager") ?? {}, "config");
    const shape = plain(config) ? shapeOf(config) : "";
    if (shape === "orejime3" || shape === "klaro") {
      const lists = shape === "orejime3" ? "purposes" : "apps";
      const exact = fewest(pool[shape].filter((o) => same(own(o, lists), field(config, lists)) && keys(o).length < keys(config).length));
      if (!exact) note("orejime-defaults", "Orejime.init");
      keeps.set(config, (key) => key !== "theme"); // It is a list of components.
      found(shape, () => call("Orejime.init", exact ?? config));
    }
  }

  // What nothing leads to

  for (const [shape, name] of [["vanilla3", "CookieConsent.run"], ["vanilla2", "initCookieConsent.run"], ["orejime3", "Orejime.init"], ["klaro", ""]]) {
    const best = fewest(pool[shape]);
    if (!best) continue;
    found(shape, () => {
      note("inside", name);
      // Orejime 2 puts its defaults into a copy, and forgets what it was given.
      if (has(best, "stylePrefix") && has(best, "stringifyCookie")) note("orejime-defaults", "Orejime.init");
      if (shape === "klaro" && field(page, "Orejime")) call("Orejime.init", best);
      else if (shape === "klaro") named("", "configuration", best);
      else if (shape === "vanilla3") run(best);
      else call(name, best);
    });
  }
  if (props.length) {
    found("c15t", () => call("ConsentManagerProvider", { options: field(props[0], "options") }));
  } else if (pool.c15t.length) {
    found("c15t", () => {
      note("inside", "createConsentManager");
      call("createConsentManager", fewest(pool.c15t));
    });
  }
  const state = ask(field(page, "c15tStore") ?? {}, "getState");
  if (thing(state)) {
    found("c15t", () => {
      note("c15t-state", "c15tStore");
      keeps.set(state, (key, value) => typeof value !== "function"); // They are what c15t offers, not what it was told.
      named("", "c15tStore", state);
    });
  }
  return JSON.stringify({ calls, names, notes });
}
