/** Makes an answer given in another tab of the site hold in this one, at once or when the visitor comes back to it. */

/** Connects the tabs. A storage event would need an entry in localStorage. @type {BroadcastChannel | undefined} */
let channel;

/** Tells the other tabs that the answer has changed. */
export const tell = () => channel?.postMessage(0);

/** @param {() => void} reread Called when the answer may have changed. */
export const listen = (reread) => {
  const open = () => {
    try {
      channel ||= new BroadcastChannel("charte");
      channel.onmessage = () => {
        const ARRIVES_MS = 400; // in some browsers the cookie takes a moment to reach every process
        setTimeout(reread);
        setTimeout(reread, ARRIVES_MS);
      };
    } catch {} // a sandboxed frame throws
  };
  setTimeout(open); // it takes a millisecond, and the page need not wait for it
  // An open channel keeps the page out of the back/forward cache.
  addEventListener("pagehide", () => {
    channel?.close();
    channel = undefined;
  });
  addEventListener("pageshow", open);
  // Not within the event: the settings take the focus as they open, while Go is running.
  for (const sign of ["pageshow", "focus"]) addEventListener(sign, () => setTimeout(reread));
};
