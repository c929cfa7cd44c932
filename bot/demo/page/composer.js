// The composer: messages, slash commands with completion, a usage line, what was sent before, global shortcuts.

import { complete, exampleOf, usageOf } from "./completion.js";
import { el } from "./dom.js";
import { FilePicker, takeDrops } from "./files.js";
import { icon } from "./icons.js";
import { openMenu } from "./popup.js";

const REMEMBERED = 50;
const TALLEST = 180;

export class Composer {
  constructor(workspace, root) {
    this.workspace = workspace;
    this.history = [];
    this.drafts = new Map();
    this.recalled = -1;
    this.state = complete("", []);
    this.build(root);
    workspace.on("channel", () => this.channelChanged());
    workspace.on("loaded", () => this.channelChanged());
    workspace.on("modal-closed", () => this.field.isConnected && this.focusIfLost());
    workspace.on("fill", (text) => this.fill(text));
  }

  build(root) {
    this.list = el("div", {
      class: "completion", role: "listbox", id: "completion", "aria-label": "Commands", "data-test": "completion",
      hidden: true,
    });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.field = el("textarea", {
      rows: 1, role: "combobox", "aria-autocomplete": "list", "aria-controls": "completion", "aria-expanded": "false",
      "aria-describedby": "usage", "data-test": "composer", autocomplete: "off",
      oninput: () => this.typed(), onkeydown: (event) => this.key(event), onblur: () => this.hideList(),
    });
    const openShortcuts = () => openMenu(this.shortcuts, this.shortcutItems());
    this.shortcuts = el("button", {
      type: "button", class: "ghost", "aria-label": "Shortcuts", title: "Shortcuts", "aria-haspopup": "menu",
      "aria-expanded": "false", "data-test": "shortcuts", onclick: openShortcuts,
    }, icon("bolt"));
    const send = { type: "submit", class: "send", "aria-label": "Send", title: "Send", "data-test": "send" };
    this.sendButton = el("button", send, icon("send"));
    this.buildPicker();
    this.usage = el("div", { class: "usage", id: "usage", "data-test": "usage-hint" });
    const line = el("div", { class: "composer-line" }, this.attach, this.shortcuts, this.field, this.sendButton);
    this.box = el("div", { class: "composer-box" }, this.picker.node, line, this.picker.input);
    root.append(this.list, this.box, this.usage);
    takeDrops(root.closest(".chat"), this.picker);
    root.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  /** Files come by the button, by Ctrl or Cmd with U as in Slack, by pasting, and by dropping them on the channel. */
  buildPicker() {
    this.picker = new FilePicker({
      user: () => this.workspace.userId,
      onChange: () => this.filesChanged(),
      input: { tabIndex: -1, "aria-label": "Files to attach", "data-test": "attach-input" },
    });
    const props = { type: "button", class: "ghost", "aria-label": "Attach files", title: "Attach files (Ctrl+U)" };
    this.attach = el("button", { ...props, "data-test": "attach", onclick: () => this.picker.open() }, icon("clip"));
    this.field.addEventListener("paste", (event) => {
      const { files } = event.clipboardData;
      if (!files.length) return;
      event.preventDefault();
      this.picker.add(files);
    });
  }

  filesChanged() {
    this.grow();
    this.field.focus();
  }

  /** Each channel keeps its own half-written line. */
  channelChanged() {
    const { channel, channelId, userId } = this.workspace;
    const place = `${userId} ${channelId}`;
    if (place !== this.place) {
      this.drafts.set(this.place, { text: this.field.value, files: this.picker.files });
      const { text, files } = this.drafts.get(place) ?? { text: "", files: [] };
      this.field.value = text;
      this.picker.show(files);
      this.place = place;
    }
    const mark = ["dm", "app"].includes(channel?.kind) ? "" : "#";
    const name = channel ? `${mark}${this.workspace.channelName(channel)}` : "";
    this.field.placeholder = `Message ${name} or type /`;
    this.field.setAttribute("aria-label", `Message ${name}`);
    this.typed();
    this.hideList();
  }

  focusIfLost() {
    if (document.activeElement === document.body) this.field.focus();
  }

  fill(text) {
    this.field.value = text;
    this.field.focus();
    this.field.setSelectionRange(text.length, text.length);
    this.typed();
  }

  typed() {
    this.recalled = -1;
    this.grow();
    this.state = complete(this.field.value, this.workspace.commands);
    this.active = this.state.active;
    this.drawList();
    this.drawUsage();
  }

  grow() {
    this.field.style.height = "auto";
    const { scrollHeight } = this.field;
    if (scrollHeight) this.field.style.height = `${Math.min(scrollHeight, TALLEST)}px`;
    this.sendButton.disabled = !this.field.value.trim() && !this.picker.files.length;
  }

  drawList() {
    this.list.replaceChildren(...this.state.items.map((item, at) => this.item(item, at)));
    this.list.hidden = !this.state.items.length;
    this.field.setAttribute("aria-expanded", String(!this.list.hidden));
    this.mark();
  }

  item(item, at) {
    return el(
      "div",
      {
        class: "completion-item", role: "option", id: `completion-${at}`,
        "data-test": "completion-item", "data-name": item.name,
        onclick: () => this.choose(at), onpointermove: () => this.mark(at),
      },
      el("div", { class: "completion-line" }, el("strong", {}, item.title),
        item.rest && el("span", { class: "rest" }, item.rest)),
      el("div", { class: "completion-note" }, item.summary, item.example && el("code", {}, item.example)),
    );
  }

  mark(at = this.active) {
    this.active = at;
    [...this.list.children].forEach((node, index) => node.setAttribute("aria-selected", String(index === at)));
    const node = this.list.children[at];
    if (!node) return this.field.removeAttribute("aria-activedescendant");
    this.field.setAttribute("aria-activedescendant", node.id);
    node.scrollIntoView({ block: "nearest" });
  }

  hideList() {
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  choose(at) {
    this.fill(this.state.items[Math.max(at, 0)].insert);
  }

  /** While arguments are typed: how the verb is used, and an example that a click takes over. */
  drawUsage() {
    const { command, verb, stage } = this.state;
    const useful = verb && stage !== "none";
    const example = useful && exampleOf(command, verb);
    const take = { type: "button", class: "link", "data-test": "use-example", onclick: () => this.fill(example) };
    this.usage.replaceChildren(
      ...[
        useful && el("code", {}, usageOf(command, verb)),
        example && el("button", take, `e.g. ${example}`),
        !useful && el("span", { class: "keys" }, "Enter sends · Shift+Enter new line · ↑ earlier commands"),
      ].filter(Boolean),
    );
  }

  key(event) {
    if (event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "u") {
      event.preventDefault();
      this.picker.open();
    }
    const open = !this.list.hidden;
    const handler = (open && LIST_KEYS[event.key]) || FIELD_KEYS[event.key];
    if (handler?.(this, event)) event.preventDefault();
  }

  /** Show the command sent `step` before the one shown; only from an empty or recalled line. */
  recall(step) {
    const at = this.recalled + step;
    if ((this.recalled < 0 && this.field.value) || at >= this.history.length || at < -1) return false;
    this.fill(at < 0 ? "" : this.history[at]);
    this.recalled = at;
    this.hideList();
    return true;
  }

  async send() {
    await this.picker.settled();
    const text = this.field.value.trim();
    const { files } = this.picker;
    if (!text && !files.length) return;
    if (text.startsWith("/") && files.length) return this.picker.say("A command takes no files. Send them as a message first.");
    if (text) this.history = [text, ...this.history.filter((other) => other !== text)].slice(0, REMEMBERED);
    this.picker.show([]);
    this.fill("");
    const reply = await this.post(text, files);
    if (reply.ok || this.field.value || this.picker.files.length) return;
    this.picker.show(files);
    this.fill(text);
  }

  post(text, files) {
    if (!text.startsWith("/")) return this.workspace.send("message", { text, files: files.map((file) => file.id) });
    const [, command, rest] = /^(\S+)\s*([\s\S]*)$/.exec(text);
    return this.workspace.send("command", { command, text: rest });
  }

  shortcutItems() {
    const global = this.workspace.shortcuts.filter((shortcut) => shortcut.type === "global");
    return [{ heading: "Shortcuts" }, ...global.map((shortcut) => ({
      label: shortcut.name,
      note: this.workspace.app.name,
      icon: icon("bolt"),
      data: { test: "shortcut", "callback-id": shortcut.callback_id },
      choose: () => this.workspace.send("shortcut", { callback_id: shortcut.callback_id }),
    }))];
  }
}

const step = (composer, by) => {
  const { length } = composer.state.items;
  const from = composer.active < 0 && by < 0 ? 0 : composer.active;
  composer.mark((from + by + length) % length);
  return true;
};

const LIST_KEYS = {
  ArrowDown: (composer) => step(composer, 1),
  ArrowUp: (composer) => step(composer, -1),
  Tab: (composer) => composer.choose(composer.active) ?? true,
  Escape: (composer) => composer.hideList() ?? true,
  Enter: (composer, event) => {
    if (composer.active < 0 || event.shiftKey) return FIELD_KEYS.Enter(composer, event);
    composer.choose(composer.active);
    return true;
  },
};

const FIELD_KEYS = {
  ArrowUp: (composer) => composer.recall(1),
  ArrowDown: (composer) => composer.recalled >= 0 && composer.recall(-1),
  Enter: (composer, event) => {
    if (event.shiftKey) return false;
    composer.send();
    return true;
  },
};
