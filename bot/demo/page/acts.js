// What a recruiter does in an ATS itself: a menu for each, one for each record, and the small forms they open.

import { el, freshId, trapTab } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu, showPopup } from "./popup.js";

const ROW_ACTS = {
  move: { label: "Move to…", icon: "move" },
  tag: { label: "Tag…", icon: "tag" },
  hire: { label: "Hire", icon: "check" },
  reject: { label: "Reject", icon: "stop" },
};

const NAME = { name: "name", label: "Name", placeholder: "Grace Kim" };
const EMAIL = { name: "email", label: "Email", placeholder: "grace@example.com" };
const TITLE = { name: "name", label: "Title", placeholder: "Site Engineer" };
const TAG = { name: "tag", label: "Tags", placeholder: "go, remote" };

export class AtsActs {
  /** `button` acts in the ATS that is looked at, which the panel tells by `look`. */
  constructor(workspace, button) {
    Object.assign(this, { workspace, button });
    button.addEventListener("click", () => openMenu(button, this.menu(), { align: "end" }));
  }

  get allowed() {
    return this.workspace.can.includes("ats");
  }

  get ats() {
    return this.workspace.ats.find((one) => one.vendor === this.vendor);
  }

  look(vendor) {
    this.vendor = vendor;
    this.button.hidden = !(this.allowed && this.ats);
    const label = `Do something in ${this.ats?.title}`;
    this.button.setAttribute("aria-label", label);
    this.button.title = label;
  }

  menu() {
    const jobs = new Map(this.ats.places.filter((place) => place.job).map((place) => [place.job, place.group]));
    return [
      { heading: `As a recruiter in ${this.ats.title}` },
      { label: "Add a person", icon: icon("dm"), data: { test: "act-add" }, choose: () => this.add() },
      { label: "Open a job", icon: icon("work"), data: { test: "act-open_job" }, choose: () => this.openJob() },
      jobs.size && {
        label: "Close a job…", icon: icon("stop"), data: { test: "act-close_job" }, choose: () => this.closeJob(jobs),
      },
    ].filter(Boolean);
  }

  add() {
    const where = { name: "place", label: "Where", places: this.ats.places };
    this.form(this.button, "add", { title: "Add a person", send: "Add", fields: [NAME, EMAIL, where] });
  }

  openJob() {
    this.form(this.button, "open_job", { title: "Open a job", send: "Open", fields: [TITLE] });
  }

  closeJob(jobs) {
    const items = [...jobs].map(([job, title]) => ({
      label: title, data: { test: "ats-job", title }, choose: () => this.do("close_job", { job }),
    }));
    openMenu(this.button, [{ heading: "Which job?" }, ...items], { align: "end" });
  }

  /** The button of one row, or nothing where nobody may act. */
  more(row) {
    if (!this.allowed || !row.deeds?.length) return null;
    const label = `Do something with ${row.name}`;
    const node = el("button", {
      type: "button", class: "ghost tiny ats-more", "aria-label": label, title: label, "aria-haspopup": "menu",
      "aria-expanded": "false", "data-test": "ats-more", "data-slot": `more ${row.id}`,
      onclick: () => openMenu(node, this.rowMenu(row, node), { align: "end" }),
    }, icon("dots", 16));
    return node;
  }

  rowMenu(row, anchor) {
    const ways = {
      move: () => this.move(row, anchor),
      tag: () => this.form(anchor, "tag", { title: `Tag ${row.name}`, send: "Tag", fields: [TAG], id: row.id }),
    };
    return row.deeds.map((kind) => ({
      label: ROW_ACTS[kind].label,
      icon: icon(ROW_ACTS[kind].icon),
      data: { test: `act-${kind}` },
      choose: ways[kind] ?? (() => this.do(kind, { id: row.id })),
    }));
  }

  move(row, anchor) {
    const groups = Map.groupBy(this.ats.places, (place) => place.group);
    const entry = (place) => ({
      label: place.title,
      data: { test: "ats-place", place: place.id, title: place.title },
      choose: () => this.do("move", { id: row.id, place: place.id }),
    });
    const items = [...groups].flatMap(([group, places]) => [{ heading: group || "Pools" }, ...places.map(entry)]);
    openMenu(anchor, items, { align: "end" });
  }

  do(act, given, quiet = false) {
    return this.workspace.send("ats", { vendor: this.vendor, act, ...given }, { quiet });
  }

  /** A form beside `anchor`: what the ATS refuses is said in it. */
  form(anchor, act, { title, send, fields, id }) {
    const inputs = fields.map(fieldNode);
    const problem = el("div", { class: "field-error", role: "alert", "data-test": "ats-form-error" });
    const button = el("button", { type: "submit", class: "button primary", "data-test": "ats-form-send" }, send);
    const form = el("form", { class: "popup ats-form", role: "dialog", "aria-label": title, "data-test": "ats-form" },
      el("strong", {}, title), inputs.map(({ node }) => node), problem, button);
    const close = showPopup(form, anchor, { align: "end" });
    const leave = () => {
      close();
      const slot = anchor.dataset.slot && document.querySelector(`[data-slot="${CSS.escape(anchor.dataset.slot)}"]`);
      (slot || anchor).focus();
    };
    form.addEventListener("keydown", (event) => {
      trapTab(form, event);
      if (event.key !== "Escape") return;
      event.stopPropagation();
      leave();
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const given = Object.fromEntries(inputs.map(({ name, input }) => [name, input.value]));
      button.setAttribute("aria-busy", "true");
      const reply = await this.do(act, { ...given, ...(id ? { id } : {}) }, true);
      button.removeAttribute("aria-busy");
      if (reply.ok) return leave();
      problem.textContent = reply.error;
      close.put();
    });
    inputs[0].input.focus();
  }
}

function fieldNode({ name, label, placeholder, places }) {
  const id = freshId("act");
  const props = { id, class: "text-input", "data-test": `ats-field-${name}` };
  const input = places
    ? el("select", props, optionsOf(places))
    : el("input", { ...props, type: "text", autocomplete: "off", placeholder });
  return { name, input, node: el("div", { class: "ats-field" }, el("label", { for: id }, label), input) };
}

function optionsOf(places) {
  const groups = Map.groupBy(places, (place) => place.group);
  const option = (place) => el("option", { value: place.id }, place.title);
  return [...groups].map(([group, all]) => el("optgroup", { label: group || "Pools" }, all.map(option)));
}
