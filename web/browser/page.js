// The part of Click, Hover, Hold, Text, WaitVisible and WaitGone that runs in the
// page. It is the body of an async function that takes a verb and a selector, and
// returns a spot (page.go). The verb is "see", or "aim" for what the mouse needs. DOM
// methods are called through their prototypes: a page may have overridden
// document.querySelector with <img name=querySelector>.
const [verb, selector] = arguments;

const find = () => {
  let root = document, element = null;
  for (const part of selector.split(" >>> ")) {
    if (element) {
      root = element.shadowRoot;
      if (!root) return { why: `${show(element)} has no open shadow root` };
    }
    const { querySelector } = root === document ? Document.prototype : DocumentFragment.prototype;
    element = querySelector.call(root, part);
    if (!element) return { why: `nothing matches "${part}"` };
  }
  return { element };
};

/**
 * Shows an element as its opening tag, shortened. It does not take the outerHTML of a
 * clone, since cloning a custom element runs its code.
 */
const show = (element) => {
  const attributes = Array.from(element.attributes, ({ name, value }) => ` ${name}="${value}"`);
  const tag = `<${element.localName}${attributes.join("")}>`;
  return tag.length > 120 ? `${tag.slice(0, 120)}…` : tag;
};

/** The element's first box that has an area. A link that wraps has several boxes. */
const boxOf = (element) => {
  for (const box of Element.prototype.getClientRects.call(element)) {
    if (box.width > 0 && box.height > 0) return box;
  }
  return null;
};

/** Writes a box as text. While that text changes, the element moves. */
const place = (box) => `${box.left},${box.top} ${box.width}x${box.height}`;

const visible = (element) =>
  boxOf(element) !== null && element.checkVisibility({ visibilityProperty: true });

/** The element at a point, like elementFromPoint, also within open shadow roots. */
const hit = (x, y) => {
  let found = Document.prototype.elementFromPoint.call(document, x, y);
  while (found?.shadowRoot) {
    const inner = found.shadowRoot.elementFromPoint(x, y);
    if (!inner || inner === found) break;
    found = inner;
  }
  return found;
};

/** A node and all nodes that an event on it bubbles to, without the window. */
const path = (node) => {
  const nodes = [];
  for (; node; node = node.assignedSlot ?? node.parentNode ?? node.host) nodes.push(node);
  return nodes;
};

/** Reports whether a click on node reaches element. */
const reaches = (node, element) => path(node).includes(element);

/** Reports whether an animation has yet to draw its first frame. */
const starts = (element) =>
  path(element).some((node) => node instanceof Element && node.getAnimations().some(({ pending }) => pending));

const { element, why } = find();
if (!element) return { why };
if (!visible(element)) return { why: `${show(element)} is not visible` };
if (verb === "see") {
  return { box: place(boxOf(element)), text: element.innerText ?? element.textContent };
}

const centre = () => {
  const box = boxOf(element);
  return [Math.floor(box.left + box.width / 2), Math.floor(box.top + box.height / 2), box];
};

let [x, y, box] = centre();
if (box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight
  || !reaches(hit(x, y), element)) {
  element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  [x, y, box] = centre();
}

/**
 * Waits for a frame and returns its time, in milliseconds. On a busy machine
 * WebKit can take seconds to draw its first frame. Nothing moves until then, so after
 * 500 ms this gives up and returns undefined.
 */
const frame = () => new Promise((done) => {
  requestAnimationFrame(done);
  setTimeout(done, 500);
});

// Boxes are measured in frames only: between two frames, Chromium returns where it
// expects the animation to be.
const REST_MS = 50;
let moves = starts(element);
let time = await frame();
const [start, before] = [time, boxOf(element)];
do {
  time = await frame();
  if (!visible(element)) return { why: `${show(element)} is not visible` };
  [x, y, box] = centre();
  moves ||= place(box) !== (before && place(before)) || starts(element);
  if (moves) return { why: `${show(element)} moves, now at ${place(box)}` };
} while (time - start < REST_MS);

if (element.matches(":disabled")) return { why: `${show(element)} is disabled` };
const receiver = hit(x, y);
if (!receiver) return { why: `${show(element)} is outside of the viewport` };
if (!reaches(receiver, element)) {
  return { why: `${show(receiver)} would receive the click on ${show(element)}` };
}
return { x, y };
