// This script looks at a page when it has got quiet. It runs apart from the page's own scripts.

/**
 * Writes a selector that finds an element.
 *
 * @param {Element} element
 * @returns {string}
 */
const selector = (element) => {
  const parts = [];
  for (let e = element; e && e !== document.documentElement; e = e.parentElement) {
    if (e.id && document.querySelectorAll(`#${CSS.escape(e.id)}`).length === 1) {
      parts.unshift(`#${CSS.escape(e.id)}`);
      break;
    }
    const same = [...(e.parentElement?.children ?? [])].filter((other) => other.localName === e.localName);
    parts.unshift(same.length > 1 ? `${e.localName}:nth-of-type(${same.indexOf(e) + 1})` : e.localName);
  }
  return parts.join(" > ");
};

/** @param {string | null} address */
const absolute = (address) => {
  try { return address ? new URL(address, document.baseURI).href : ""; } catch { return ""; }
};

/** The addresses that elements load, with a selector of the first such element. */
const elements = {};
for (const e of document.querySelectorAll("[src], link[href], object[data], [srcset], [poster]")) {
  for (const name of ["src", "href", "data", "poster"]) {
    const address = absolute(e.getAttribute(name));
    if (address && !(address in elements)) elements[address] = selector(e);
  }
}

const gated = [];
for (const e of document.querySelectorAll("[data-category]")) {
  const inert = e.localName === "script" ? e.type === "text/plain" || e.getAttribute("type") === "text/plain" : true;
  const address = absolute(e.getAttribute("data-src") ?? (e.localName === "script" ? e.getAttribute("src") : null) ?? e.getAttribute("data-href"));
  if (e.localName === "template") {
    for (const inner of e.content.querySelectorAll("[src], link[href]")) {
      gated.push({element: selector(e), category: e.dataset.category, service: e.dataset.service ?? "", url: absolute(inner.getAttribute("src") ?? inner.getAttribute("href"))});
    }
  }
  if (inert && !e.localName.startsWith("charte-")) gated.push({element: selector(e), category: e.dataset.category, service: e.dataset.service ?? "", url: address});
}

return {
  title: document.title,
  at: location.href,
  elements,
  gated,
  links: [...document.querySelectorAll("a[href], area[href]")].map((a) => absolute(a.getAttribute("href"))).filter((a) => /^https?:/.test(a)),
  charte: !!document.querySelector("charte-banner"),
};
