// The peer c15t as its quickstart puts it into a page with React
// (https://c15t.com/docs/frameworks/react/quickstart), without a backend.
import { ConsentBanner, ConsentDialog, ConsentManagerProvider, useConsentManager } from "@c15t/react";
import "@c15t/react/styles.css";
import { createRoot } from "react-dom/client";

/** Lets the page's button open the settings. */
function Manage() {
  const { setActiveUI } = useConsentManager();
  window.openC15t = () => setActiveUI("dialog");
  return null;
}

const root = document.body.appendChild(document.createElement("div"));
createRoot(root).render(
  <ConsentManagerProvider options={window.c15tOptions}>
    <ConsentBanner />
    <ConsentDialog />
    <Manage />
  </ConsentManagerProvider>,
);
