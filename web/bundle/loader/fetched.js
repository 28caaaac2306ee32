/** Fetches files of the bundle by their names, which hold their hashes. */
import { pin } from "./pin.js";

/** Milliseconds after which a download is given up. 128 KB take that long at 20 kbit/s. */
const DOWNLOAD_MS = 60000;

/** Milliseconds between a failed attempt and the second, which is the last. */
const RETRY_MS = 1000;

/**
 * @param {string} name A file beside this script's own, whose name holds its hash.
 * @param {RequestCache} [cache]
 * @returns {Promise<Response>} Rejected for any other content.
 */
export const fetched = async (name, cache) => {
  // A redirect is an error, so that no other server is asked.
  const response = await fetch(new URL(name, import.meta.url), {
    cache,
    credentials: "omit",
    integrity: pin(name),
    redirect: "error",
    signal: AbortSignal.timeout(DOWNLOAD_MS),
  });
  if (!response.ok) throw new Error(name + ": " + response.status);
  return response;
};

/**
 * Tries something that may fail, at most twice. The second attempt, after a while, bypasses
 * the browser's cache, which may hold half a file.
 *
 * @template T
 * @param {(cache?: RequestCache) => Promise<T>} attempt
 * @returns {Promise<T>}
 */
export const patiently = async (attempt) => {
  try {
    return await attempt();
  } catch {
    await new Promise((next) => setTimeout(next, RETRY_MS));
    return attempt("reload");
  }
};

/**
 * Imports a file of the bundle, if it is the one that was built.
 *
 * @param {string} name
 * @returns {Promise<unknown>} Its exports. Rejected when it cannot be had.
 */
export const load = (name) =>
  patiently(async (cache) => {
    // import() takes no hash, and not every browser checks that of a modulepreload
    // (WebKitGTK 2.50). import() finds the file that is fetched here in the browser's cache.
    await fetched(name, cache);
    return import(new URL(name, import.meta.url).href);
  });
