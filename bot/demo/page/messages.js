// The message list of one channel: people, the app's cards, threads, files, and each message's menu.

import { renderBlocks } from "./blocks.js";
import { el, reconcile } from "./dom.js";
import { fileLinks } from "./files.js";
import { icon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";
import { appAvatar, avatar, clock, dayName, fullName, timeOf } from "./people.js";
import { aheadMinutes } from "./now.js";
import { openMenu } from "./popup.js";
import { isReply } from "./state.js";
import { Surface } from "./surface.js";
import { threadNode, threads } from "./threads.js";

const TOGETHER_MS = 5 * 60 * 1000;

const isPlain = (message) => Boolean(message) && !message.bot && !message.ephemeral_to && !isReply(message);

/** Several messages in a row by one person show the name once. */
const continues = (message, before) =>
  isPlain(message) && isPlain(before) && message.user === before.user && timeOf(message) - timeOf(before) < TOGETHER_MS;

const replyRow = (message) => ({ key: message.ts, sign: "false", message, compact: false });

/** What reconcile wants: days, messages and folded threads, in order. `unfolded` and `fresh` are sets of ts. */
function rows(messages, unfolded, fresh) {
  let day;
  return threads(messages).flatMap(({ root, replies, answers }, at, all) => {
    const name = dayName(timeOf(root));
    const starts = name !== day;
    day = name;
    const before = all[at - 1];
    const alone = before && !before.replies.length && !before.answers.length;
    const compact = !starts && alone && continues(root, before?.root);
    const thread = { ts: root.ts, replies, open: unfolded.has(root.ts), fresh: fresh.has(root.ts) };
    const sign = JSON.stringify([replies.length, replies.at(-1)?.ts, thread.open, thread.fresh, name, aheadMinutes()]);
    return [
      starts && { key: `day ${root.ts}`, sign: name, day: name },
      { key: root.ts, sign: `${compact}`, message: root, compact },
      replies.length && { key: `thread ${root.ts}`, sign, thread },
      ...(thread.open ? replies : []).map(replyRow),
      ...answers.map(replyRow),
    ].filter(Boolean);
  });
}

export class MessageList {
  constructor(workspace, root) {
    Object.assign(this, { workspace, root });
    this.views = new Map();
    this.unfolded = new Set();
    this.fresh = new Set();
    this.live = document.querySelector("[data-test=announcer]");
    workspace.on("loaded", () => {
      this.changeChannel();
      this.showLinked();
    });
    workspace.on("channel", () => this.changeChannel());
    workspace.on("messages", (change) => this.changed(change));
    workspace.on("clock", () => this.draw());
    root.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("scroll", () => (this.atEnd = this.isAtEnd));
    // What grows below (a hint, files, a long line) must not hide the newest message.
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(root);
    // So must a picture, which has no height before it is there.
    root.addEventListener("load", () => this.atEnd && this.toEnd(), { capture: true });
  }

  changeChannel() {
    this.views.clear();
    reconcile(this.root, [], () => {});
    this.draw();
    this.toEnd();
  }

  changed({ channel, added }) {
    if (channel !== this.workspace.channelId) return;
    const atEnd = this.isAtEnd;
    if (added && isReply(added) && !this.unfolded.has(added.thread_ts)) this.fresh.add(added.thread_ts);
    this.draw();
    if (added && added.user !== this.workspace.userId) this.announce(added);
    if (atEnd || added?.user === this.workspace.userId) this.toEnd();
  }

  /** A permalink's message comes into view and takes the focus. */
  showLinked() {
    const { linkedTs } = this.workspace;
    const ts = linkedTs?.replace(/^p(\d+)(\d{6})$/, "$1.$2");
    const message = this.workspace.channelMessages.find((one) => one.ts === ts);
    if (message && isReply(message)) this.fold(message.thread_ts, true);
    const node = this.views.get(ts)?.node;
    this.workspace.linkedTs = undefined;
    if (!node) return;
    node.scrollIntoView({ block: "center" });
    node.focus({ focusVisible: true });
  }

  get isAtEnd() {
    return this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight < 160;
  }

  toEnd() {
    this.atEnd = true;
    this.root.scrollTop = this.root.scrollHeight;
  }

  announce(message) {
    const files = (message.files ?? []).map((file) => file.name ?? "a deleted file").join(", ");
    this.live.textContent = `${this.authorName(message)}: ${[message.text, files].filter(Boolean).join(", ")}`;
  }

  draw() {
    const shown = rows(this.workspace.channelMessages, this.unfolded, this.fresh);
    reconcile(this.root, shown, (row) => this.rowNode(row));
    for (const message of this.workspace.channelMessages) this.fill(message);
    this.oneTabStop();
  }

  rowNode(row) {
    if (row.day) return dayNode(row.day);
    if (row.message) return this.view(row);
    return threadNode(row.thread, this.workspace, () => this.fold(row.thread.ts, !row.thread.open));
  }

  fold(ts, open) {
    if (open) this.unfolded.add(ts);
    else this.unfolded.delete(ts);
    this.fresh.delete(ts);
    this.draw();
    if (open) this.showReplies(ts);
  }

  /** What was unfolded comes into view; of a long thread its end. */
  showReplies(ts) {
    const replies = this.workspace.channelMessages.filter((one) => one.thread_ts === ts && isReply(one));
    this.views.get(replies.at(-1)?.ts)?.node.scrollIntoView({ block: "nearest" });
  }

  view({ message, compact }) {
    const view = { compact, surface: new Surface(this.workspace, { channel: message.channel, ts: message.ts }) };
    view.blocks = el("div", { class: "blocks" });
    view.body = el("div", { class: "message-body" });
    view.node = el("article", { tabIndex: -1, "data-ts": message.ts }, view.body);
    this.views.set(message.ts, view);
    return view.node;
  }

  /** Bring a message's node up to date; its blocks keep their nodes where they did not change. */
  fill(message) {
    const view = this.views.get(message.ts);
    const sign = JSON.stringify([message, aheadMinutes()]);
    if (!view || view.sign === sign) return;
    view.sign = sign;
    view.node.className = this.className(message, view.compact);
    view.node.dataset.test = "message";
    view.node.setAttribute("aria-label", `${this.authorName(message)}, ${clock(timeOf(message))}`);
    this.drawBody(view, message);
    const test = message.ephemeral_to ? "ephemeral" : null;
    const parts = [test && ephemeralMark(), this.portrait(message, view.compact), view.body, this.tools(message)];
    view.node.replaceChildren(el("div", { class: "message-row", "data-test": test }, parts));
  }

  className(message, compact) {
    const marks = { bot: message.bot, ephemeral: message.ephemeral_to, reply: isReply(message), compact };
    return ["message", ...Object.keys(marks).filter((mark) => marks[mark])].join(" ");
  }

  drawBody(view, message) {
    const blocks = message.blocks?.length ? message.blocks : null;
    if (blocks) renderBlocks(view.blocks, blocks, view.surface);
    view.blocks.classList.toggle("framed", Boolean(blocks) && message.bot);
    const content = blocks ? view.blocks : Boolean(message.text) && el("div", { class: "text" }, mrkdwn(message.text, this.workspace.names));
    const edited = message.edited && el("span", { class: "edited" }, " (edited)");
    if (edited && content && !blocks) (content.querySelector(":scope > .lines:last-child") ?? content).append(edited);
    const head = !view.compact && this.head(message);
    const files = fileLinks(message.files, this.workspace.userId);
    view.body.replaceChildren(...[head, content, blocks && edited, files].filter(Boolean));
  }

  authorName(message) {
    return message.bot ? message.app_name || this.workspace.app.name : fullName(this.workspace.user(message.user));
  }

  head(message) {
    const moment = timeOf(message);
    const partner = this.workspace.user(message.user)?.role === "partner" && !message.bot;
    return el(
      "div",
      { class: "message-head" },
      el("strong", {}, this.authorName(message)),
      message.bot && el("span", { class: "badge" }, "App"),
      partner && el("span", { class: "badge outside" }, "External"),
      el("time", { datetime: message.time, title: moment.toLocaleString() }, clock(moment)),
    );
  }

  portrait(message, compact) {
    if (compact) return el("time", { class: "margin-time", "aria-hidden": "true" }, clock(timeOf(message)));
    return message.bot ? appAvatar() : avatar(this.workspace.user(message.user));
  }

  tools(message) {
    const button = el(
      "button",
      {
        type: "button", class: "ghost", "aria-label": "More actions", title: "More actions", "aria-haspopup": "menu",
        "aria-expanded": "false", tabIndex: -1, "data-test": "more-actions",
        onclick: () => openMenu(button, this.menu(message), { align: "end" }),
      },
      icon("dots"),
    );
    return el("div", { class: "message-tools" }, button);
  }

  menu(message) {
    const { ts, channel } = message;
    if (message.ephemeral_to) {
      const dismiss = () => this.workspace.drop(channel, ts);
      return [{ label: "Dismiss message", icon: icon("close"), choose: dismiss, data: { test: "dismiss" } }];
    }
    const shortcuts = this.workspace.shortcuts.filter((shortcut) => shortcut.type === "message");
    return [{ heading: this.workspace.app.name }, ...shortcuts.map((shortcut) => ({
      label: shortcut.name,
      icon: icon("bolt"),
      data: { test: "shortcut", "callback-id": shortcut.callback_id },
      choose: () => this.workspace.send("shortcut", { channel, ts, callback_id: shortcut.callback_id }),
    }))];
  }

  openTools(event) {
    event.preventDefault();
    event.target.querySelector("[data-test=more-actions]").click();
  }

  /** Tab reaches the list once; arrows walk through its messages, Enter opens the menu of one. */
  oneTabStop() {
    const all = [...this.root.querySelectorAll(".message")];
    if (all.some((node) => node.tabIndex === 0 && node === document.activeElement)) return;
    all.forEach((node, at) => (node.tabIndex = at === all.length - 1 ? 0 : -1));
  }

  key(event) {
    if (event.key === "Enter" && event.target.matches(".message")) return this.openTools(event);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches(".message")) return;
    event.preventDefault();
    const all = [...this.root.querySelectorAll(".message")];
    const next = all[all.indexOf(event.target) + step];
    if (!next) return;
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}

const dayNode = (name) => el("div", { class: "day", role: "separator" }, el("span", {}, name));

const ephemeralMark = () =>
  el("div", { class: "ephemeral-mark", "data-test": "only-visible" }, icon("eye", 14), "Only visible to you");
