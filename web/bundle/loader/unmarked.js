/**
 * Finds frames, scripts and images that come from a host of a service that may not run, and
 * that no tag marks as waiting. Part of release.js where the catalogue has site.guard.
 *
 * The browser's own list of what it has loaded names them all, also those that were in the
 * page for a moment or never. What a policy stops is not in the list, and is heard of by itself.
 */
import { page } from "./page.js";
import { HOST, undeclared } from "./undeclared.js";

/** Elements by what the browser calls them: an initiatorType, or a directive of a policy. */
const ELEMENTS = /** @type {const} */ ([
  [/^i?frame|^subdocument/, "iframe"],
  [/^script/, "script"],
  [/^ima?ge?/, "img"],
]);

/**
 * @param {string} host In lower case.
 * @param {string} declared "www.youtube.com", or "*.youtube.com" for all below youtube.com.
 */
const covers = (host, declared) => (declared[0] === "*" ? host.endsWith(declared.slice(1)) : host === declared);

/** Addresses that were reported. @type {Set<string>} */
const found = new Set();

/** Origins that a policy has stopped, after the element. @type {Set<string>} */
const kept = new Set();

/**
 * @param {(readonly [host: string, category?: string, service?: string])[]} hosts Those that the catalogue
 *   declares. The site's own have no service.
 * @returns {(allows: (id: string) => boolean) => void} Begins to look. It is told how to know what may run.
 */
export const finder = (hosts) => (allows) => {
  /**
   * @param {string} address
   * @param {string} called See ELEMENTS.
   * @param {string} by Who put it there, as far as can be told.
   * @param {boolean} stopped
   */
  const judge = (address, called, by, stopped) => {
    const [, element] = ELEMENTS.find(([calls]) => calls.test(called)) || [];
    if (!element || found.has(address) || !/^https?:/.test(address)) return;
    const { hostname: host, origin } = new URL(address);
    const owners = hosts.filter(([declared]) => covers(host, declared));
    if (host === location.hostname || !owners.length) return;
    if (owners.some(([, category, service]) => !service || allows(category + "." + service))) return;
    // The visitor may have allowed a frame in this page only.
    const shown = /** @type {NodeListOf<HTMLImageElement>} */ (page.querySelectorAll("[data-charte-shown]"));
    if ([...shown].some(({ src }) => src === address)) return;
    const LATER_MS = 200; // some browsers list what a policy has stopped, too, and its event may come after that
    const tell = () => {
      if (found.has(address) || (!stopped && kept.has(element + origin))) return;
      found.add(address);
      const ids = owners.map(([, , service]) => /** @type {string} */ (service));
      const [, category, service] = owners[0];
      const type = element === "script" ? ' type="text/plain"' : "";
      const end = element === "img" ? "" : `</${element}>`;
      undeclared(
        HOST,
        host,
        ids,
        stopped,
        `${host} was ${stopped ? "kept from being " : ""}asked for ${element === "script" ? "a" : "an"} <${element}> ${by}, but ${ids.join(" and ")} may not run. ` +
          `Write <${element}${type} data-category="${category}" data-service="${service}" data-src="${address}">${end}`,
      );
    };
    if (stopped) {
      kept.add(element + origin);
      tell();
    } else setTimeout(tell, LATER_MS);
  };
  page.addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective, sourceFile, lineNumber, disposition }) =>
    judge(blockedURI, effectiveDirective, sourceFile ? `by ${sourceFile}:${lineNumber}` : "of the page", disposition === "enforce"),
  );
  new PerformanceObserver((list) => {
    const parsed = performance.timing.domInteractive - performance.timing.navigationStart;
    for (const entry of /** @type {PerformanceResourceTiming[]} */ (list.getEntries())) {
      judge(entry.name, entry.initiatorType, entry.startTime > parsed ? "that a script has added" : "of the page or of a script in it", false);
    }
  }).observe({ type: "resource", buffered: true });
};
