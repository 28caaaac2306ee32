// idb-keyval: values in a database of IndexedDB. A database that the catalogue lacks is opened as well.
import { createStore, get, keys, set, update } from "idb-keyval";

window.stray = async () => {
  const other = createStore("stray", "baskets");
  await set("key", "kept", other);
  return get("key", other);
};

const store = createStore("shop", "baskets");
await update("visits", (visits = 0) => visits + 1, store);
await set("seats", new Map([["Lyon", 3]]), store);
document.querySelector("#result").textContent =
  `visit ${await get("visits", store)}: ${(await get("seats", store)).get("Lyon")} seats, ${await keys(store)}`;
