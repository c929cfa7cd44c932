// A select that can be searched: one or many choices, options given or asked for while typing.

import { el, freshId, reconcile } from "./dom.js";
import { icon } from "./icons.js";
import { textOf } from "./mrkdwn.js";
import { showPopup } from "./popup.js";

const sameOption = (a, b) => a.value === b.value;
const plain = (option) => textOf({ ...option.text, type: "plain_text" });

/**
 * `source(query)` answers groups [{label, options}] or {hint}; options are Slack's ({text, value, description}).
 * `onChange` hears the list of what is chosen. `slot` is the data-slot that carries the focus through a redraw.
 */
export class Combobox {
  constructor({ source, chosen, onChange, multi = false, max = Infinity, clearable = false, ...look }) {
    Object.assign(this, { source, chosen, onChange, multi, max, clearable });
    this.active = -1;
    this.flat = [];
    this.asked = 0;
    this.build(look);
    this.draw();
  }

  build({ id, label, placeholder, slot, test }) {
    const listId = freshId("list");
    this.list = el("div", { class: "popup listbox", role: "listbox", id: listId, "data-test": "listbox" });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.placeholder = placeholder ?? (this.multi ? "Choose some" : "Choose one");
    this.input = el("input", {
      id, class: "combo-input", type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
      "aria-label": id ? null : label, "aria-expanded": "false", "aria-controls": this.list.id,
      "aria-autocomplete": "list",
      "data-slot": slot, ...test,
      onfocus: () => this.input.select(), onclick: () => this.open(), oninput: () => this.open(this.input.value),
      onkeydown: (event) => this.key(event), onblur: () => this.close(),
    });
    this.chips = el("span", { class: "chips" });
    const clear = { type: "button", class: "ghost tiny", "aria-label": "Clear", onclick: () => this.choose([]) };
    this.clear = el("button", clear, icon("close", 14));
    const parts = [this.chips, this.input, this.clear, icon("down", 16)];
    this.node = el("div", { class: "combo", onclick: (event) => this.clicked(event) }, parts);
  }

  /** The whole box opens the list, its arrow and its empty space too. */
  clicked(event) {
    if (event.target.closest("button") || event.target === this.input) return;
    this.input.focus();
    this.open();
  }

  draw() {
    const single = this.multi ? undefined : this.chosen[0];
    this.input.value = single ? plain(single) : "";
    this.input.placeholder = this.multi && this.chosen.length ? "" : this.placeholder;
    this.clear.hidden = !(single && this.clearable);
    const chips = this.multi ? this.chosen.map((option) => ({ key: option.value, sign: plain(option), option })) : [];
    reconcile(this.chips, chips, ({ option }) => this.chip(option));
  }

  chip(option) {
    const drop = () => this.choose(this.chosen.filter((other) => !sameOption(other, option)));
    const props = { type: "button", "aria-label": `Remove ${plain(option)}`, onclick: drop };
    const remove = el("button", props, icon("close", 12));
    return el("span", { class: "chip", "data-value": option.value }, plain(option), remove);
  }

  choose(chosen) {
    this.chosen = chosen;
    this.draw();
    this.onChange(chosen);
  }

  async open(query = "") {
    if (!this.closePopup) this.show();
    const asked = ++this.asked;
    this.list.setAttribute("aria-busy", "true");
    if (!this.list.firstChild) this.fill({ hint: "Searching…" });
    const found = await this.source(query);
    if (asked !== this.asked || !this.closePopup) return;
    this.fill(found);
  }

  show() {
    const anchor = this.node;
    this.closePopup = showPopup(this.list, anchor, { width: true, onClose: () => this.closed() });
    this.input.setAttribute("aria-expanded", "true");
    this.node.classList.add("open");
  }

  closed() {
    this.closePopup = undefined;
    this.asked += 1;
    this.list.replaceChildren();
    this.node.classList.remove("open");
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.draw();
  }

  close() {
    this.closePopup?.();
  }

  fill({ groups = [], hint }) {
    this.list.removeAttribute("aria-busy");
    this.flat = groups.flatMap((group) => group.options);
    this.nodes = [];
    const drawn = groups.filter((group) => group.options.length).map((group) => this.group(group));
    const empty = el("div", { class: "listbox-hint" }, hint ?? "No matches");
    this.list.replaceChildren(...(this.flat.length ? drawn : [empty]));
    this.activate(this.flat.findIndex((option) => this.isChosen(option)));
    if (this.active < 0 && this.flat.length) this.activate(0);
    this.closePopup.put();
  }

  group({ label, options }) {
    const nodes = options.map((option) => this.optionNode(option));
    this.nodes.push(...nodes);
    const heading = label && el("div", { class: "menu-heading" }, label);
    return el("div", { role: "group", "aria-label": label }, heading, nodes);
  }

  optionNode(option) {
    const at = this.flat.indexOf(option);
    return el(
      "div",
      {
        class: "listbox-option", role: "option", id: freshId("option"),
        "aria-selected": String(this.isChosen(option)), "data-test": "option", "data-value": option.value,
        onclick: () => this.pick(at), onpointermove: () => this.activate(at, false),
      },
      el("span", { class: "menu-text" }, plain(option),
        option.description && el("small", {}, option.description.text)),
      icon("check", 16),
    );
  }

  isChosen(option) {
    return this.chosen.some((other) => sameOption(other, option));
  }

  activate(at, scroll = true) {
    this.nodes[this.active]?.classList.remove("active");
    this.active = at;
    const node = this.nodes[at];
    if (!node) return;
    node.classList.add("active");
    this.input.setAttribute("aria-activedescendant", node.id);
    if (scroll) node.scrollIntoView({ block: "nearest" });
  }

  pick(at) {
    const option = this.flat[at];
    if (!option) return;
    if (!this.multi) {
      this.choose([option]);
      this.close();
    } else if (this.isChosen(option)) this.choose(this.chosen.filter((other) => !sameOption(other, option)));
    else if (this.chosen.length < this.max) this.choose([...this.chosen, option]);
    if (this.multi && this.closePopup) this.open();
  }

  key(event) {
    const handler = this.closePopup ? OPEN_KEYS[event.key] : CLOSED_KEYS[event.key];
    if (event.key === "Backspace" && this.multi && !this.input.value) this.choose(this.chosen.slice(0, -1));
    if (!handler) return;
    event.preventDefault();
    event.stopPropagation();
    handler(this);
  }
}

function move(combo, step) {
  const { length } = combo.flat;
  if (length) combo.activate((combo.active + step + length) % length);
}

const OPEN_KEYS = {
  ArrowDown: (combo) => move(combo, 1),
  ArrowUp: (combo) => move(combo, -1),
  Enter: (combo) => combo.pick(combo.active),
  Escape: (combo) => combo.close(),
};
const CLOSED_KEYS = {
  ArrowDown: (combo) => combo.open(),
  ArrowUp: (combo) => combo.open(),
  Enter: (combo) => combo.open(),
};
