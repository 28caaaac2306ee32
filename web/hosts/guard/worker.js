// Opens the database that its own address names, and tells the pages.
const name = location.search.slice(1);
addEventListener("install", (event) => {
  event.waitUntil(
    new Promise((done) => {
      indexedDB.open(name).onsuccess = async ({ target }) => {
        target.result.close();
        for (const page of await clients.matchAll({ includeUncontrolled: true })) page.postMessage(name);
        done();
      };
    }),
  );
});
