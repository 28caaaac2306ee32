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
  // What is longer than the rest of the window is under the notice wherever that lies.
  if (held.getBoundingClientRect().height > innerHeight - height) return;
  // A page ends: it cannot always be scrolled as far as one way of the two needs.
  for (const step of [turn, turn, scroll, turn, scroll]) {
    if (!covered()) return;
    step();
  }
};

/** Not in the event: the browser has yet to scroll to what has the focus. */
const later = () => requestAnimationFrame(look);

/** From now on. Once is enough, and again after `document.open()`, which erases every listener. */
export const beside = () => addEventListener("focusin", later);
