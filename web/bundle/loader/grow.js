/** Elements out of trees, without parsing any markup (Trusted Types). */
import { page, url } from "./page.js";

/**
 * @param {string | any[]} tree A text, or [tag, attributes, ...children]: what Go
 *   rendered when the bundle was built.
 * @returns {any} The node.
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
