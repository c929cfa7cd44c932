// The app's own channel: its Messages and Home tabs.

import { renderBlocks } from "./blocks.js";
import { el } from "./dom.js";
import { Surface } from "./surface.js";

const TABS = [["home", "Home"], ["messages", "Messages"]];

const NOTHING = [{ type: "section", text: { type: "plain_text", text: "This app has not published its Home yet." } }];

export class Home {
  constructor(workspace, { tabs, body, chat }) {
    Object.assign(this, { workspace, tabs, body, chat });
    workspace.on("loaded", () => this.draw());
    workspace.on("channel", () => this.draw());
    workspace.on("home", () => this.draw());
  }

  draw() {
    const isApp = this.workspace.channel?.kind === "app";
    const atHome = isApp && this.workspace.tab === "home";
    this.tabs.hidden = !isApp;
    this.tabs.replaceChildren(...TABS.map(([name, label]) => this.tab(name, label)));
    this.body.hidden = !atHome;
    this.chat.hidden = atHome;
    if (atHome) this.drawHome();
  }

  tab(name, label) {
    const selected = String(this.workspace.tab === name);
    const props = { type: "button", role: "tab", "aria-selected": selected, "data-test": `tab-${name}` };
    return el("button", { ...props, onclick: () => this.choose(name) }, label);
  }

  choose(name) {
    this.workspace.tab = name;
    this.draw();
    this.tabs.querySelector("[aria-selected=true]").focus();
    this.workspace.markRead();
  }

  drawHome() {
    const { home } = this.workspace;
    if (home?.id !== this.surface?.where.view_id || !this.blocks) {
      this.surface = new Surface(this.workspace, { view_id: home?.id });
      this.blocks = el("div", { class: "blocks" });
      this.body.replaceChildren(this.blocks);
    }
    renderBlocks(this.blocks, home?.blocks ?? NOTHING, this.surface, home?.state?.values);
  }
}
