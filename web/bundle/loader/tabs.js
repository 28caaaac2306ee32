/** An answer that was given in another tab of the site holds in this one: at once, or when this one comes back. */

/** Connects the tabs. A storage event would need an entry in localStorage. @type {BroadcastChannel | undefined} */
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
  // Not within the event: the settings take the focus as they open, within a call of Go's.
  for (const sign of ["pageshow", "focus"]) addEventListener(sign, () => setTimeout(reread));
};
