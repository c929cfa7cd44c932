// What the page knows of the workspace, as one user sees it; it tells its listeners when a part has changed.

import { fetchState, listen, post } from "./api.js";
import { setNow } from "./now.js";

const EMPTY = {
  workspace: { id: "", name: "" }, app: { id: "", name: "" },
  users: [], groups: [], channels: [], messages: {}, commands: [], shortcuts: [], ats: [], can: [], home: null, views: [],
};

const RETRY_MS = 2000;

const byTs = (a, b) => (a.ts < b.ts ? -1 : 1);

export const isReply = (message) => Boolean(message.thread_ts) && message.thread_ts !== message.ts;

export class Workspace extends EventTarget {
  constructor() {
    super();
    Object.assign(this, EMPTY);
    this.userId = "";
    this.channelId = "";
    this.tab = "messages";
    this.early = [];
    this.names = {
      user: (id) => this.user(id)?.display_name || this.user(id)?.real_name || (id === this.app.user && this.app.name) || id,
      group: (id) => this.groups.find((group) => group.id === id)?.handle ?? "group",
      channel: (id) => this.channels.find((channel) => channel.id === id)?.name ?? "private-channel",
    };
  }

  on(kind, work) {
    this.addEventListener(kind, (event) => work(event.detail));
  }

  tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  user(id) {
    return this.users.find((user) => user.id === id);
  }

  get me() {
    return this.user(this.userId);
  }

  get channel() {
    return this.channels.find((channel) => channel.id === this.channelId);
  }

  /** The app's channel is called by the app, whatever the server calls it. */
  channelName(channel) {
    return channel.kind === "app" ? this.app.name : channel.name;
  }

  get channelMessages() {
    return this.messages[this.channelId] ?? [];
  }

  /** Be `user` (the first admin when empty): events first, then the state, so that nothing falls between. */
  async become(user) {
    this.stop?.();
    this.stop = undefined;
    const id = await knownUser(user).catch(() => undefined);
    if (!id) return this.tryAgain(user);
    this.userId = id;
    this.stop = listen(id, {
      onEvent: (event) => (this.ready ? this.apply(event) : this.early.push(event)),
      onOpen: () => this.load(),
      onLost: (forGood) => (forGood ? this.tryAgain(id) : this.tell("connection", false)),
    });
  }

  tryAgain(user) {
    this.tell("connection", false);
    setTimeout(() => this.become(user), RETRY_MS);
  }

  async load() {
    const id = this.userId;
    this.ready = false;
    this.early = [];
    const state = await fetchState(id).catch(() => undefined);
    if (id !== this.userId) return;
    if (!state) return this.tryAgain(id);
    Object.assign(this, structuredClone(EMPTY), state);
    for (const list of Object.values(this.messages)) list.sort(byTs);
    if (!this.channel) this.channelId = (this.channels.find((one) => one.kind !== "app") ?? this.channels[0])?.id ?? "";
    if (state.now) setNow(state.now);
    this.ready = true;
    this.tell("connection", true);
    this.tell("loaded");
    for (const event of this.early.splice(0)) this.apply(event);
    this.markRead();
  }

  apply(event) {
    APPLY[event.type]?.(this, event);
  }

  /** Post as the current user; a refusal becomes a notice unless `quiet`. */
  async send(path, body, { quiet = false } = {}) {
    const channel = body.view_id ? {} : { channel: this.channelId };
    const reply = await post(path, { user: this.userId, ...channel, ...body });
    if (!reply.ok && !quiet) this.tell("notice", reply.error ?? "That did not work.");
    return reply;
  }

  open(channelId) {
    this.channelId = channelId;
    this.tell("channel");
    this.markRead();
  }

  /** `tab` tells which half of the app's channel is looked at; each look there is an event for the app. */
  markRead() {
    const { channel, tab } = this;
    if (!channel) return;
    channel.unread = 0;
    this.tell("channels");
    this.send("read", channel.kind === "app" ? { tab } : {}, { quiet: true });
  }

  put(message) {
    const list = (this.messages[message.channel] ??= []);
    const at = list.findIndex((other) => other.ts === message.ts);
    if (at >= 0) list[at] = message;
    else list.push(message);
    list.sort(byTs);
    return at < 0;
  }

  drop(channel, ts) {
    this.messages[channel] = (this.messages[channel] ?? []).filter((message) => message.ts !== ts);
    this.tell("messages", { channel });
  }

  /** A view goes with those on top of it. */
  dropView(id) {
    const at = this.views.findIndex((view) => view.id === id);
    if (at < 0) return;
    this.views = this.views.slice(0, at);
    this.tell("views");
  }
}

/** An address may name somebody whom this workspace does not have. */
async function knownUser(wanted) {
  const { users } = await fetchState(wanted).catch(() => fetchState(""));
  const admin = users.find((user) => user.role === "admin") ?? users[0];
  return users.some((user) => user.id === wanted) ? wanted : admin.id;
}

function received(workspace, { message }) {
  const isNew = workspace.put(message);
  const elsewhere = message.channel !== workspace.channelId;
  const channel = workspace.channels.find((one) => one.id === message.channel);
  const counts = isNew && elsewhere && !isReply(message);
  if (counts && channel && message.user !== workspace.userId) channel.unread = (channel.unread ?? 0) + 1;
  workspace.tell("messages", { channel: message.channel, added: isNew ? message : undefined });
  if (elsewhere) workspace.tell("channels");
  else if (isNew && channel?.kind !== "app") workspace.markRead();
}

const APPLY = {
  message: received,
  deleted: (workspace, { channel, ts }) => workspace.drop(channel, ts),
  views: (workspace, { views }) => {
    workspace.views = views;
    workspace.tell("views");
  },
  view_errors: (workspace, event) => workspace.tell("view_errors", event),
  home: (workspace, { view }) => {
    workspace.home = view;
    workspace.tell("home");
  },
  ats: (workspace, { ats }) => {
    const known = new Map(workspace.ats.map((one) => [one.vendor, one]));
    for (const one of ats) known.set(one.vendor, one); // only those that changed are told
    workspace.ats = [...known.values()];
    workspace.tell("ats");
  },
  clock: (workspace, event) => {
    setNow(event.now);
    workspace.tell("clock");
  },
  notice: (workspace, { text }) => workspace.tell("notice", text),
};
