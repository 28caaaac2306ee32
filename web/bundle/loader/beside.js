/** Keeps the notice from covering what has the keyboard's focus (WCAG 2.4.11). Part of release.js. */
import { page } from "./page.js";

const sheet = new CSSStyleSheet();

/** If the notice covers the focused element, moves the notice to the other end of the window, or scrolls the page. */
const look = () => {
  // Without a banner there is no root, and so no notice.
  const { shadowRoot: root } = /** @type {{ shadowRoot: ShadowRoot }} */ (page.querySelector("charte-banner") || {});
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
  // If the window has no room for both, the notice covers the element at either end.
  if (held.getBoundingClientRect().height > innerHeight - height) return;
  // Near the end of a page, it cannot be scrolled far enough. Then the notice changes ends once more.
  for (const step of [turn, turn, scroll, turn, scroll]) {
    if (!covered()) return;
    step();
  }
};

/** Waits for an animation frame: during the event the browser has not yet scrolled to the focused element. */
const later = () => requestAnimationFrame(look);

/**
 * Begins to watch. It may be called again: `document.open()` erases every listener. It also looks
 * at what has the focus already, for a visitor may press Tab before this file has come.
 */
export const beside = () => {
  addEventListener("focusin", later);
  later();
};
