// Popups in the top layer (menus, listboxes): placed by their anchor, closed by Escape or a click elsewhere.

import { el } from "./dom.js";

const GAP = 4;

/** Place `popup` (already shown) under `anchor`, or above it when there is more room. */
function place(popup, anchor, { align = "start", width = false } = {}) {
  const box = anchor.getBoundingClientRect();
  if (width) popup.style.width = `${Math.max(box.width, 220)}px`;
  popup.style.maxHeight = "";
  const below = window.innerHeight - box.bottom - 3 * GAP;
  const above = box.top - 3 * GAP;
  const up = below < Math.min(popup.offsetHeight, 240) && above > below;
  popup.style.maxHeight = `${Math.min(up ? above : below, 380)}px`;
  const left = align === "end" ? box.right - popup.offsetWidth : box.left;
  popup.style.left = `${Math.max(GAP, Math.min(left, window.innerWidth - popup.offsetWidth - GAP))}px`;
  popup.style.top = up ? `${box.top - popup.offsetHeight - GAP}px` : `${box.bottom + GAP}px`;
}

/** Show `popup` by `anchor`; answers a function that closes it. `onClose` also runs on a click elsewhere. */
export function showPopup(popup, anchor, { onClose = () => {}, ...placing } = {}) {
  const closing = new AbortController();
  const { signal } = closing;
  const put = () => (anchor.isConnected ? place(popup, anchor, placing) : close());
  const outside = (event) => popup.contains(event.target) || anchor.contains(event.target) || close();
  function close() {
    if (signal.aborted) return;
    closing.abort();
    popup.remove();
    onClose();
  }
  popup.setAttribute("popover", "manual");
  (anchor.closest("dialog") ?? document.body).append(popup);
  popup.showPopover();
  put();
  document.addEventListener("pointerdown", outside, { signal, capture: true });
  window.addEventListener("resize", put, { signal });
  document.addEventListener("scroll", (event) => popup.contains(event.target) || put(), { signal, capture: true });
  return Object.assign(close, { put });
}

/** A menu by `anchor`. Items: {label, note, icon, choose, data} or {heading}. The focus goes back to the anchor. */
export function openMenu(anchor, items, placing = {}) {
  const chosen = new Map();
  const entries = items.map((item) => (item.heading ? heading(item) : entry(item, chosen)));
  const menu = el("div", { class: "popup menu", role: "menu", "data-test": "menu" }, entries);
  anchor.setAttribute("aria-expanded", "true");
  const close = showPopup(menu, anchor, { ...placing, onClose: () => anchor.setAttribute("aria-expanded", "false") });
  menu.addEventListener("keydown", (event) => menuKey(event, menu, () => leave()));
  menu.addEventListener("click", (event) => choose(event.target.closest("[role^=menuitem]")));
  function leave() {
    close();
    anchor.focus();
  }
  /** The menu goes first: what is chosen may open another popup, which takes the focus. */
  function choose(node) {
    if (!node) return;
    leave();
    chosen.get(node)();
  }
  menu.querySelector("[role^=menuitem]")?.focus();
  return close;
}

const heading = (item) => el("div", { class: "menu-heading", role: "presentation" }, item.heading);

function entry(item, chosen) {
  const data = Object.fromEntries(Object.entries(item.data ?? {}).map(([name, value]) => [`data-${name}`, value]));
  const role = item.checked === undefined ? "menuitem" : "menuitemradio";
  const checked = item.checked === undefined ? null : String(item.checked);
  const node = el(
    "button",
    { type: "button", role, class: `menu-item ${item.look ?? ""}`, "aria-checked": checked, ...data },
    item.icon,
    el("span", { class: "menu-text" }, item.label, item.note && el("small", {}, item.note)),
  );
  chosen.set(node, item.choose);
  return node;
}

function menuKey(event, menu, leave) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    leave();
  } else if (step) {
    event.preventDefault();
    const items = [...menu.querySelectorAll("[role^=menuitem]")];
    items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
  }
}
