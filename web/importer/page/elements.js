/**
 * Lists the elements that a banner may hold back, or that carry its settings, and the page's scripts.
 * It runs apart from the page's own scripts, as the body of a function. decode.go reads the answer.
 * Properties of nodes are read through their prototypes: <form><input name=attributes> has others.
 */
const { elements: mostElements, text: mostText, gates, classes } = options;
const property = (type, name) => {
  const { get } = Object.getOwnPropertyDescriptor(type.prototype, name);
  return (object) => get.call(object);
};
const [shadowOf, attributesOf, tagOf] = ["shadowRoot", "attributes", "localName"].map((name) => property(Element, name));
const [textOf, firstOf, nextOf, baseOf] = ["textContent", "firstChild", "nextSibling", "baseURI"].map((name) => property(Node, name));
const htmlOf = property(Element, "innerHTML");
const matches = (element, selector) => Element.prototype.matches.call(element, selector);
const attribute = (element, name) => Element.prototype.getAttribute.call(element, name);
const inside = (element, selector) => Element.prototype.querySelector.call(element, selector) !== null;

// The page's language is a setting, too, where the configuration names none.
const held = [
  "html[lang]", 'script[type="text/plain" i]', "template[data-purpose]", "iframe[data-src]", ...gates.map((name) => `[${name}]`), ...classes.map((name) => `.${CSS.escape(name)}`),
].join(", ");

/** What the banners have built themselves. */
const theirs = '#cc-main, #cc--main, .klaro, #tarteaucitronRoot, #orejime, [class*="orejime-"], charte-banner, [data-cc]';
const banner = /cookie-?consent|klaro|orejime|tarteaucitron|c15t/i;
const languages = /^(|module|(text|application)\/(x-)?(java|ecma)script.*|text\/babel)$/i;

const found = [], scripts = [];
let left = mostText, more = 0, cut = 0, charte = false;

const describe = (element) => {
  if (found.length >= mostElements) { more++; return; }
  const attributes = Array.from(attributesOf(element), ({ name, value }) => {
    const kept = value.slice(0, Math.max(0, left));
    left -= kept.length;
    if (kept.length < value.length) cut++;
    return [name.toLowerCase(), kept];
  });
  const tag = tagOf(element);
  const text = tag === "script" ? textOf(element) : tag === "template" ? htmlOf(element) : "";
  const kept = text.slice(0, Math.max(0, left));
  left -= kept.length;
  if (kept.length < text.length) cut++;
  found.push({ tag, attributes, text: kept });
};

/** Looks at an element, and reports whether what is inside is looked at, too. */
const look = (element) => {
  const tag = tagOf(element);
  if (tag === "charte-banner") charte = true;
  if (matches(element, theirs) && !["script", "body", "html"].includes(tag)) return false;
  const address = tag === "script" ? attribute(element, "src") ?? "" : "";
  // tarteaucitron puts a button of its own into each element that it holds back.
  if (matches(element, held) || banner.test(address) || inside(element, ":scope > .tac_activate")) describe(element);
  if (tag === "script" && languages.test(attribute(element, "type") ?? "")) {
    if (address) {
      try { scripts.push({ src: new URL(address, baseOf(document)).href, text: "" }); } catch { /* It loads nothing. */ }
    } else if (banner.test(textOf(element))) {
      scripts.push({ src: "", text: textOf(element).slice(0, mostText) });
    }
  }
  return true;
};

const childrenOf = (root) => {
  const children = [];
  for (let node = firstOf(root); node; node = nextOf(node)) if (node instanceof Element) children.push(node);
  return children;
};

// The tree may be deeper than functions can call each other.
const next = [document];
while (next.length) {
  const root = next.pop();
  if (root instanceof Element && !look(root)) continue;
  const shadow = root instanceof Element ? shadowOf(root) : null;
  next.push(...[...(shadow ? childrenOf(shadow) : []), ...childrenOf(root)].reverse());
}

const at = new URL(location.href);
at.username = at.password = at.hash = "";
return { type: property(Document, "contentType")(document), at: at.href, charte, elements: found, more, cut, scripts };
