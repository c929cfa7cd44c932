// What each ATS holds now: a tab each, with the rows that just changed marked for a moment.

import { el, reconcile } from "./dom.js";
import { icon } from "./icons.js";

const MOST = 200; // rows that are drawn; after an import of thousands nobody scrolls through all of them

const count = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

export class AtsPanel {
  constructor(workspace, { tabs, panels, acts }) {
    Object.assign(this, { workspace, tabs, panels, acts });
    this.known = new Map();
    this.vendor = undefined;
    workspace.on("loaded", () => this.draw());
    workspace.on("ats", () => this.draw());
    workspace.on("panel-opened", () => this.showFresh());
    tabs.addEventListener("keydown", (event) => this.key(event));
  }

  draw() {
    const { ats } = this.workspace;
    const fresh = this.freshRows(ats);
    const changed = ats.filter((one) => fresh.get(one.vendor).size).map((one) => one.vendor);
    if (!ats.some((one) => one.vendor === this.vendor)) this.vendor = ats[0]?.vendor;
    if (changed.length && !changed.includes(this.vendor)) [this.vendor] = changed;
    this.acts.look(this.vendor);
    this.drawTabs();
    reconcile(this.panels, ats.map((one) => ({ key: one.vendor, sign: one.vendor })), ({ key }) => panelNode(key));
    for (const one of ats) this.drawPanel(one, fresh.get(one.vendor));
    if (changed.length) this.workspace.tell("ats-changed");
  }

  /** Ids of rows that are new or different since the last look; at the first look nothing is. */
  freshRows(ats) {
    const fresh = new Map();
    for (const { vendor, rows } of ats) {
      const before = this.known.get(vendor);
      const now = new Map(rows.map((row) => [row.id, JSON.stringify(row)]));
      const ids = [...now.keys()].filter((id) => before && before.get(id) !== now.get(id));
      fresh.set(vendor, new Set(ids));
      this.known.set(vendor, now);
    }
    return fresh;
  }

  drawTabs() {
    const items = this.workspace.ats.map((one) => ({
      key: one.vendor,
      sign: JSON.stringify([one.title, one.rows.length, one.calls, one.vendor === this.vendor]),
      one,
    }));
    reconcile(this.tabs, items, ({ one }) => this.tab(one));
  }

  tab({ vendor, title, rows, calls }) {
    const chosen = vendor === this.vendor;
    return el(
      "button",
      {
        type: "button", role: "tab", id: `tab-${vendor}`, class: "ats-tab", title, "aria-selected": String(chosen),
        "aria-controls": `ats-${vendor}`, tabIndex: chosen ? 0 : -1, "data-test": `ats-tab-${vendor}`,
        "data-slot": vendor, onclick: () => this.choose(vendor),
      },
      el("span", { class: "ats-title" }, title),
      el("span", { class: "ats-count" }, count(rows.length, "record")),
      el("span", { class: "ats-calls", "data-test": `ats-calls-${vendor}`, "data-calls": String(calls) },
        count(calls, "API call")),
    );
  }

  choose(vendor) {
    this.vendor = vendor;
    this.draw();
    this.tabs.querySelector("[aria-selected=true]").focus();
  }

  key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 2, ArrowUp: -2 }[event.key];
    if (!step) return;
    event.preventDefault();
    const vendors = this.workspace.ats.map((one) => one.vendor);
    this.choose(vendors.at((vendors.indexOf(this.vendor) + step) % vendors.length));
  }

  drawPanel({ vendor, title, rows }, fresh) {
    const panel = this.panels.querySelector(`#${CSS.escape(`ats-${vendor}`)}`);
    panel.hidden = vendor !== this.vendor;
    const items = rows.slice(-MOST).map((row) => ({ key: row.id, sign: JSON.stringify(row), row }));
    if (!rows.length) items.push({ key: "empty", node: () => emptyNode(title) });
    const earlier = rows.length - items.length;
    if (earlier > 0) items.unshift({ key: "earlier", sign: earlier, node: () => earlierNode(earlier) });
    reconcile(panel, items, ({ row, node }) => node?.() ?? rowNode(row, fresh.has(row.id), this.acts.more(row)));
    if (fresh.size) this.showFresh();
  }

  /** What changed comes into view, at once or when the panel is opened. */
  showFresh() {
    this.panels.querySelector(".ats-rows:not([hidden]) .ats-row.fresh")?.scrollIntoView({ block: "nearest" });
  }
}

const panelNode = (vendor) =>
  el("div", {
    class: "ats-rows", role: "tabpanel", id: `ats-${vendor}`, "aria-labelledby": `tab-${vendor}`,
    "data-test": `ats-${vendor}`,
  });

const emptyNode = (title) =>
  el("div", { class: "ats-empty", "data-test": "ats-empty" }, icon("inbox", 28), el("strong", {}, "Nobody here yet"),
    el("p", {}, `People you add to ${title} from the chat appear here at once.`));

const earlierNode = (number) =>
  el("p", { class: "ats-earlier", "data-test": "ats-earlier" }, `${count(number, "earlier record")} not shown`);

const fact = (name, text, test) =>
  text && el("div", { class: "fact", "data-test": test }, icon(name, 15), el("span", {}, text));

const several = (tag, part, list, props) => list?.length > 0 && el(tag, props, list.map((text) => el(part, {}, text)));

function rowNode(row, fresh, more) {
  const node = el(
    "article",
    { class: `ats-row ${fresh ? "fresh" : ""}`, "data-test": "ats-row", "data-id": row.id, "data-email": row.email },
    el("div", { class: "ats-head" },
      el("strong", { "data-test": "ats-name" }, row.name || "No name"),
      row.stage && el("span", { class: "stage", "data-test": "ats-stage" }, row.stage)),
    fact("mail", row.email, "ats-email"),
    fact("pin", row.where, "ats-where"),
    several("div", "span", row.tags, { class: "tags", "data-test": "ats-tags" }),
    several("ul", "li", row.notes, { class: "notes", "data-test": "ats-notes" }),
    more,
  );
  node.addEventListener("animationend", () => node.classList.remove("fresh"));
  return node;
}
