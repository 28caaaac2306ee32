// Runs before charte.js. It keeps the page's cookies, and tells the parent what is shown: see the
// package's comment in preview.go.
{
  const { version, variant, show, parents, failed } = document.currentScript.dataset;
  const allowed = parents.split(" ");

  // The origin of the parent. Browsers that do not tell it are taken to have the first one.
  const above = location.ancestorOrigins?.[0];
  const origin = allowed.includes(above) ? above : allowed[0];
  const tell = (said) => {
    if (parent !== window) parent.postMessage({ charte: "preview", version: Number(version), variant, ...said }, origin);
  };

  if (failed) tell({ failed });
  addEventListener("error", ({ message }) => tell({ error: String(message) }));
  addEventListener("unhandledrejection", ({ reason }) => tell({ error: String(reason) }));

  // The settings open once the notice was painted. A page that lies under another is not painted, and the
  // banner would wait for a second (painted in web/bundle/loader/page.js). So the paint is said to be over.
  if (show === "settings") {
    const entries = performance.getEntriesByName;
    performance.getEntriesByName = (name, ...kind) =>
      name === "first-contentful-paint" ? [new PerformanceMark(name)] : entries.call(performance, name, ...kind);

    // A dialog takes the focus when it opens, and would take it from the field in which somebody types. One
    // that is inert takes none.
    const { showModal } = HTMLDialogElement.prototype;
    HTMLDialogElement.prototype.showModal = function () {
      this.inert = !document.hasFocus();
      showModal.call(this);
      this.inert = false;
    };
  }

  // A phone's scroll bars take no place.
  const phone = matchMedia("(max-width: 500px)");
  const narrow = () => (document.documentElement.style.scrollbarWidth = phone.matches ? "none" : "");
  phone.addEventListener("change", narrow);
  narrow();

  // The page's cookies are kept here. A browser keeps none with SameSite=Lax of a frame from another
  // site, such as this one. In the notice and in the settings nobody has answered before.
  {
    const KEY = "cookies";
    const lasts = show === "demo" || show === "charter";
    let jar = {};
    let keep = () => {};
    try {
      if (lasts) {
        jar = JSON.parse(sessionStorage.getItem(KEY)) || {};
        keep = sessionStorage.setItem.bind(sessionStorage, KEY); // now: the banner's guard would take it for the site's own
      }
    } catch {} // the browser keeps nothing of frames: an answer holds in the page only
    Object.defineProperty(Document.prototype, "cookie", {
      configurable: true,
      enumerable: true,
      get: () => Object.entries(jar).map((pair) => pair.join("=")).join("; "),
      set: (text) => {
        const [pair, ...attributes] = String(text).split(";");
        const at = pair.indexOf("=");
        const name = pair.slice(0, Math.max(at, 0)).trim();
        const ends = attributes.map((attribute) => /^\s*(max-age|expires)\s*=(.*)/i.exec(attribute)).find(Boolean);
        const over = ends && (ends[1].length === 7 ? Number(ends[2]) <= 0 : Date.parse(ends[2]) < Date.now());
        if (over) delete jar[name];
        else jar[name] = pair.slice(at + 1).trim();
        keep(JSON.stringify(jar));
      },
    });
  }

  // No request leaves the machine, not even for a link.
  for (const kind of ["click", "auxclick"]) {
    addEventListener(
      kind,
      (event) => {
        const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
        if (!link || new URL(link.href, location).origin === location.origin) return;
        event.preventDefault();
        tell({ link: link.href });
      },
      true,
    );
  }

  const find = (name) => document.querySelector("charte-banner")?.shadowRoot.querySelector("[data-charte=" + name + "]");

  /** How many lines the text of an element takes. */
  const lines = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
  };

  let last = "";
  const look = () => {
    const notice = find("notice");
    const layer = find("settings") ? "settings" : notice ? "notice" : show === "charter" ? "charter" : "";
    const { answered, granted } = window.charte?.decision || {};
    const said = {
      layer,
      width: innerWidth,
      height: innerHeight,
      notice: notice ? Math.round(notice.getBoundingClientRect().height) : 0,
      wraps: notice ? [...notice.querySelectorAll("button")].filter((button) => lines(button) > 1).map((button) => button.dataset.charte) : [],
      answered: !!answered,
      granted: granted || [],
    };
    const text = JSON.stringify(said);
    if (text !== last) tell(said);
    last = text;
  };
  // The banner's events come before what they are about is drawn.
  const soon = () => requestAnimationFrame(look);
  const sizes = new ResizeObserver(soon);
  const nodes = new MutationObserver(() => {
    soon();
    const root = document.querySelector("charte-banner")?.shadowRoot;
    if (!root) return;
    nodes.observe(root, { childList: true, subtree: true }); // again and again: once it is enough for the browser
    const notice = find("notice");
    if (notice) sizes.observe(notice);
  });
  nodes.observe(document, { childList: true, subtree: true });
  for (const name of ["ready", "consent", "change", "open", "close"]) document.addEventListener("charte:" + name, soon);
  addEventListener("resize", soon);

  // In the demo, what waits says that it was refused. What runs says so itself: see runs.js.
  document.addEventListener("charte:consent", () => {
    const { granted } = window.charte.decision;
    for (const state of document.querySelectorAll(".state")) {
      if (!granted.includes(state.dataset.service)) state.textContent = state.dataset.waits;
    }
  });

  const open = (charte) => charte.open();
  const ask = (charte) => charte.reset();
  const charte = (call) => (window.charte ||= []).push(call);
  if (show === "settings") charte(open);
  addEventListener("message", (event) => {
    if (event.source !== parent || !allowed.includes(event.origin)) return;
    if (event.data?.charte === "ask") charte(ask);
    if (event.data?.charte === "open") charte(open);
  });
  addEventListener("DOMContentLoaded", () => document.querySelector("#ask")?.addEventListener("click", () => charte(ask)));
}
