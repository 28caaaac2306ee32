/** Keeps the notice off what the keyboard comes to in the page (WCAG 2.4.11). Part of release.js. */
import { page } from "./page.js";

const sheet = new CSSStyleSheet();

/** Moves the notice to the other end of the window, or the page under it, where it lies over what has the focus. */
const look = () => {
  const { shadowRoot: root } = page.querySelector("charte-banner") || {};
  const notice = root?.querySelector("[data-charte=notice]");
  const held = page.activeElement;
  if (!notice || !held || held === page.body || held === root.host) return;
  const covered = () => {
    const [a, b] = [held, notice].map((element) => element.getBoundingClientRect());
    return a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
  };
  const { top, bottom, height } = notice.getBoundingClientRect();
  let low = top + bottom > innerHeight;
  const turn = () => {
    low = !low;
    const [here, there] = low ? ["bottom", "top"] : ["top", "bottom"];
    sheet.replaceSync(`[part=notice] { ${here}: 0 !important; ${there}: auto !important }`);
    if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  };
  const scroll = () => held.scrollIntoView({ behavior: "instant", block: low ? "start" : "end" });
  // The notice covers it at either end where the window has too little room for both.
  if (held.getBoundingClientRect().height > innerHeight - height) return;
  // Near its end a page cannot be scrolled far enough: then the notice turns once more.
  for (const step of [turn, turn, scroll, turn, scroll]) {
    if (!covered()) return;
    step();
  }
};

/** Waits for a frame: during the event the browser has not yet scrolled to what has the focus. */
const later = () => requestAnimationFrame(look);

/** Begins to watch. It may be called again: `document.open()` erases every listener. */
export const beside = () => addEventListener("focusin", later);
