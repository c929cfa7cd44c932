// DOM building without innerHTML: text from other people only ever becomes text nodes.

const AS_PROPERTY = new Set(["value", "checked", "disabled", "hidden", "selected", "multiple", "tabIndex"]);
const SVG = "http://www.w3.org/2000/svg";
let serial = 0;

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) assign(node, name, value);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function assign(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "class") node.className = value;
  else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (AS_PROPERTY.has(name)) node[name] = value;
  else node.setAttribute(name, value === true ? "" : value);
}

export function svg(paths, size = 18) {
  const root = document.createElementNS(SVG, "svg");
  const attributes = { viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true", class: "icon" };
  for (const [name, value] of Object.entries(attributes)) root.setAttribute(name, value);
  for (const d of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    root.append(path);
  }
  return root;
}

export const freshId = (prefix) => `${prefix}-${++serial}`;

const kept = new WeakMap();

/** Make `parent` show `items` ({key, sign, …}): a node whose key and sign are unchanged stays the same node. */
export function reconcile(parent, items, render) {
  const focus = rememberFocus(parent);
  const before = kept.get(parent) ?? new Map();
  const after = new Map();
  for (const item of items) {
    const old = before.get(item.key);
    after.set(item.key, old && old.sign === item.sign ? old : { sign: item.sign, node: render(item) });
  }
  const wanted = new Set([...after.values()].map((entry) => entry.node));
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  placeInOrder(parent, wanted);
  kept.set(parent, after);
  focus();
}

function placeInOrder(parent, nodes) {
  let spot = parent.firstChild;
  for (const node of nodes) {
    if (node === spot) spot = spot.nextSibling;
    else parent.insertBefore(node, spot);
  }
}

/** A node that is rebuilt while it has the focus gives the focus to its successor (same data-slot). */
function rememberFocus(parent) {
  const active = document.activeElement;
  const slot = parent.contains(active) ? active.dataset.slot : undefined;
  if (!slot) return () => {};
  const [start, end] = [active.selectionStart, active.selectionEnd];
  return () => {
    if (active.isConnected) return;
    const successor = parent.querySelector(`[data-slot="${CSS.escape(slot)}"]`);
    successor?.focus();
    if (start !== undefined && start !== null) successor?.setSelectionRange?.(start, end);
  };
}

const FOCUSABLE = "a[href], button, input, textarea, select, [tabindex]";

export function focusable(root) {
  return [...root.querySelectorAll(FOCUSABLE)].filter(
    (node) => !node.disabled && node.tabIndex >= 0 && node.offsetParent !== null,
  );
}

/** Keep Tab inside `root`. */
export function trapTab(root, event) {
  if (event.key !== "Tab") return;
  const nodes = focusable(root);
  if (!nodes.length) return;
  const edge = event.shiftKey ? nodes[0] : nodes.at(-1);
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? nodes.at(-1) : nodes[0]).focus();
}

export function debounce(wait, work) {
  let timer;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...args), wait);
  };
}
