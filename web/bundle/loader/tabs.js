/** Other tabs of the site, and this one when it comes back: an answer given elsewhere holds here. */

/** @type {BroadcastChannel | undefined} A storage event would need an entry in localStorage. */
let channel;

/** Tells the other tabs that there is another answer. */
export const tell = () => channel?.postMessage(0);

/** @param {() => void} reread Called when the answer may be another. */
export const listen = (reread) => {
  const open = () => {
    try {
      channel ||= new BroadcastChannel("charte");
      channel.onmessage = () => {
        const ARRIVES_MS = 400; // not every browser has the cookie in all its processes at once
        setTimeout(reread);
        setTimeout(reread, ARRIVES_MS);
      };
    } catch {} // a sandboxed frame throws
  };
  open();
  // An open channel keeps the page out of the back/forward cache.
  addEventListener("pagehide", () => {
    channel?.close();
    channel = undefined;
  });
  addEventListener("pageshow", open);
  // Later: the settings take the focus as they open, within a call of Go's.
  for (const sign of ["pageshow", "focus"]) addEventListener(sign, () => setTimeout(reread));
};
