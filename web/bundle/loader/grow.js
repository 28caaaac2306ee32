/** Makes elements of trees. It parses no markup, which Trusted Types would forbid. */
import { page, url } from "./page.js";

/**
 * A text, or an element, as Go writes them when the bundle is built
 * (web/bundle/prerender/prerender.go).
 *
 * @typedef {string | Branch} Tree
 * @typedef {[tag: string, attributes: Record<string, string>, ...children: Tree[]]} Branch
 */

/**
 * @param {Tree} tree
 * @returns {HTMLElement | Text}
 */
export const grow = (tree) => {
  if (typeof tree === "string") return page.createTextNode(tree);
  const [tag, attributes, ...children] = tree;
  const element = page.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, name === "href" ? url(value) : value);
  }
  element.append(...children.map(grow));
  return element;
};
