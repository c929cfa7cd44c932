// The stack of modal views: the top one is drawn, each keeps what was typed in it.

import { renderBlocks, showErrors } from "./blocks.js";
import { openDialog } from "./dialogs.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { textOf } from "./mrkdwn.js";
import { Surface } from "./surface.js";
import { complaints } from "./values.js";

export class Modals {
  constructor(workspace) {
    this.workspace = workspace;
    this.surfaces = new Map();
    workspace.on("views", () => this.draw());
    workspace.on("view_errors", (event) => this.refused(event));
  }

  get views() {
    return this.workspace.views;
  }

  get top() {
    return this.views.at(-1);
  }

  draw() {
    const open = new Set(this.views.map((view) => view.id));
    for (const id of this.surfaces.keys()) if (!open.has(id)) this.surfaces.delete(id);
    if (!this.top) return this.shut();
    if (!this.dialog) this.show();
    const changed = this.shown !== this.top.id;
    this.shown = this.top.id;
    this.drawFrame();
    if (changed) this.newBody();
    if (this.busy && this.busy !== this.top.callback_id) this.setBusy(""); // another form stands here by now
    renderBlocks(this.body, this.top.blocks, this.surface(), this.top.state?.values);
    if (changed) this.focusFirst();
  }

  surface() {
    const { id } = this.top;
    if (!this.surfaces.has(id)) this.surfaces.set(id, new Surface(this.workspace, { view_id: id }));
    return this.surfaces.get(id);
  }

  show() {
    this.title = el("h2", { class: "dialog-title", "data-test": "modal-title" });
    this.back = this.iconButton("back", "Back", "modal-back", () => this.closeView(this.top));
    const cross = this.iconButton("close", "Close", "modal-x", () => this.closeView(this.views[0]));
    this.slot = el("div", { class: "modal-slot" });
    this.problem = el("div", { class: "modal-problem", role: "alert" });
    this.submit = el("button", { type: "submit", class: "button primary", "data-test": "submit" });
    const close = { type: "button", class: "button", "data-test": "modal-close" };
    this.cancel = el("button", { ...close, onclick: () => this.closeView(this.top) });
    const form = el(
      "form",
      { novalidate: true, onsubmit: (event) => this.send(event), onkeydown: (event) => this.key(event) },
      el("header", { class: "modal-head" }, this.back, this.title, cross),
      this.slot,
      this.problem,
      el("footer", { class: "dialog-actions" }, this.cancel, this.submit),
    );
    const props = { class: "dialog modal", "data-test": "modal", onDismiss: () => this.closeView(this.top) };
    this.dialog = openDialog({ content: form, ...props });
  }

  iconButton(name, label, test, onclick) {
    const props = { type: "button", class: "ghost", "aria-label": label, title: label, "data-test": test, onclick };
    return el("button", props, icon(name));
  }

  drawFrame() {
    const { title, submit, close, callback_id: callback } = this.top;
    const { names } = this.workspace;
    const { node } = this.dialog;
    node.dataset.callbackId = callback ?? "";
    node.setAttribute("aria-label", title.text);
    this.title.replaceChildren(textOf(title, names));
    this.back.hidden = this.views.length < 2;
    this.submit.hidden = !submit;
    this.submit.replaceChildren(submit ? textOf(submit, names) : "");
    this.cancel.replaceChildren(close ? textOf(close, names) : this.views.length > 1 ? "Back" : "Close");
  }

  newBody() {
    this.problem.textContent = "";
    this.body = el("div", { class: "modal-body blocks", tabIndex: -1 });
    this.slot.replaceChildren(this.body);
  }

  focusFirst() {
    const first = this.body.querySelector("input:not([type=file]), textarea") ?? this.body.querySelector("button");
    (first ?? (this.submit.hidden ? this.cancel : this.submit)).focus();
  }

  shut() {
    this.dialog?.close();
    this.dialog = undefined;
    this.shown = undefined;
    this.workspace.tell("modal-closed");
  }

  /** Enter in a one-line field submits, as in Slack; so does Ctrl or Cmd with Enter anywhere. */
  key(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || this.submit.hidden) return;
    event.preventDefault();
    event.currentTarget.requestSubmit();
  }

  async send(event) {
    event.preventDefault();
    if (this.busy || this.submit.hidden) return;
    await this.surface().settled();
    const { id, blocks } = this.top;
    const values = this.surface().values();
    const errors = complaints(blocks, values);
    showErrors(this.body, errors);
    if (Object.keys(errors).length) return;
    const sent = this.top.callback_id;
    this.setBusy(sent);
    const reply = await this.workspace.send("submit", { view_id: id, values }, { quiet: true });
    if (this.busy === sent) this.setBusy("");
    if (!reply.ok) this.problem.textContent = reply.error;
    if (reply.errors) this.refused({ view_id: id, errors: reply.errors });
  }

  /** `form` is the callback id of what is being sent, or empty. */
  setBusy(form) {
    this.busy = form;
    this.problem.textContent = "";
    this.submit.setAttribute("aria-busy", String(Boolean(form)));
    this.submit.setAttribute("aria-disabled", String(Boolean(form)));
    this.body.classList.toggle("waiting", Boolean(form));
  }

  refused({ view_id: id, errors }) {
    if (this.shown !== id) return;
    showErrors(this.body, errors);
    const known = new Set(this.top.blocks.map((block) => block.block_id));
    const homeless = Object.entries(errors).filter(([block]) => !known.has(block));
    this.problem.textContent = homeless.map(([, sentence]) => sentence).join(" ");
  }

  /** A view closes with those on top of it. */
  async closeView(view) {
    if (!view) return;
    const reply = await this.workspace.send("close", { view_id: view.id });
    if (reply.ok) this.workspace.dropView(view.id);
  }
}
