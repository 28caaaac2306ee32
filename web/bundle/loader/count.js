/** Counts notices for the site's owner. Part of release.js where the catalogue has site.figures. */
import { page } from "./page.js";
import { post, release } from "./receipt.js";

/** Whether this page's notice is counted already. A visit of a page counts once. */
let counting = false;

/**
 * Tells the server, when the visitor leaves the page, that its notice was shown, and whether it was answered. A notice
 * in a tab that nobody has looked at was not shown to anybody.
 *
 * @param {HTMLElement | null | undefined} tag The script's. Without a data-receipts, nothing is told.
 */
export const count = (tag) => {
  const to = tag?.dataset.receipts;
  if (counting || !to) return;
  counting = true;
  let notice = "";
  const look = () => {
    if (page.visibilityState === "visible") notice ||= "ignored";
  };
  look();
  page.addEventListener("visibilitychange", look);
  page.addEventListener("charte:consent", () => (notice = "answered"));
  addEventListener("pagehide", () => notice && post(to, { notice, release }), { once: true });
};
