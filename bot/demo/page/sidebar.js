// Channels, and who you are.

import { el, reconcile } from "./dom.js";
import { icon } from "./icons.js";
import { kindTitle } from "./kinds.js";
import { appAvatar, avatar, fullName, roleName } from "./people.js";
import { openMenu } from "./popup.js";

const GROUPS = [
  ["Channels", ["public", "private", "shared"]],
  ["Direct messages", ["dm"]],
  ["Apps", ["app"]],
];
const KIND_NOTES = { public: "public", private: "private" };

export class Sidebar {
  constructor(workspace, { channels, user }) {
    Object.assign(this, { workspace, channels, user });
    for (const kind of ["loaded", "channel", "channels"]) workspace.on(kind, () => this.draw());
    document.addEventListener("keydown", (event) => this.key(event));
  }

  get ordered() {
    return GROUPS.flatMap(([, kinds]) => this.workspace.channels.filter((channel) => kinds.includes(channel.kind)));
  }

  draw() {
    const groups = GROUPS.map(([name, kinds]) => ({
      key: name,
      sign: name,
      channels: this.workspace.channels.filter((channel) => kinds.includes(channel.kind)),
    })).filter((group) => group.channels.length);
    reconcile(this.channels, groups, ({ key }) => groupNode(key));
    for (const [at, group] of groups.entries()) this.drawGroup(this.channels.children[at].lastChild, group.channels);
    this.drawUser();
  }

  drawGroup(list, channels) {
    const items = channels.map((channel) => ({
      key: channel.id,
      sign: JSON.stringify([channel.name, channel.kind, channel.unread, channel.id === this.workspace.channelId]),
      channel,
    }));
    reconcile(list, items, (item) => el("li", {}, this.channelButton(item.channel)));
  }

  channelButton(channel) {
    const current = channel.id === this.workspace.channelId;
    const note = KIND_NOTES[channel.kind];
    return el(
      "button",
      {
        type: "button", class: `channel ${channel.unread ? "unread" : ""}`, "aria-current": current ? "page" : null,
        "data-test": `channel-${channel.name}`, "data-channel-id": channel.id, "data-kind": channel.kind,
        "data-slot": channel.id,
        title: kindTitle(channel), onclick: () => this.workspace.open(channel.id),
      },
      channel.kind === "app" ? appAvatar("small") : icon(channel.kind, 17),
      el("span", { class: "channel-name" }, this.workspace.channelName(channel)),
      note && hidden(`, ${note}`),
      channel.kind === "shared" && [hidden(", shared with "), el("span", { class: "badge outside" }, channel.shared_with)],
      channel.unread > 0 && [el("span", { class: "count" }, String(channel.unread)), hidden(" unread")],
    );
  }

  drawUser() {
    const { me } = this.workspace;
    if (!me) return;
    this.user.replaceChildren(
      avatar(me),
      el("span", { class: "user-text" }, el("strong", {}, fullName(me)), el("small", {}, roleName(me.role))),
      icon("updown"),
    );
    this.user.setAttribute("aria-label", `You are ${fullName(me)}, ${roleName(me.role)}. Change who you are`);
    this.user.onclick = () => openMenu(this.user, this.userItems(), { width: true });
  }

  userItems() {
    const entry = (user) => ({
      label: fullName(user),
      note: roleName(user.role),
      icon: avatar(user, "small"),
      checked: user.id === this.workspace.userId,
      data: { test: `user-${user.name}`, "user-id": user.id },
      choose: () => this.workspace.become(user.id),
    });
    return [{ heading: "See the workspace as" }, ...this.workspace.users.map(entry)];
  }

  /** Alt and an arrow walk through the channels. */
  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.altKey || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    const { ordered } = this;
    const at = ordered.findIndex((channel) => channel.id === this.workspace.channelId);
    this.workspace.open(ordered[(at + step + ordered.length) % ordered.length].id);
  }
}

const hidden = (text) => el("span", { class: "visually-hidden" }, text);

const groupNode = (name) => el("section", {}, el("h2", {}, name), el("ul", {}));
