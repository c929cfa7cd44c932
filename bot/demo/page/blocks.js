// Block Kit blocks as DOM. A block that did not change keeps its node, and with it focus and open lists.

import { el, freshId, reconcile } from "./dom.js";
import { element, image, isLabelable } from "./elements.js";
import { mrkdwn, textOf } from "./mrkdwn.js";
import { richText } from "./richtext.js";

function section(block, surface) {
  const { names } = surface;
  const fields = block.fields?.map((field) => el("div", { class: "field-text" }, textOf(field, names)));
  const accessory = block.accessory && element(surface.slot(block, block.accessory));
  return el(
    "div",
    { class: "section" },
    el(
      "div",
      { class: "section-main" },
      block.text && el("div", { class: "text" }, textOf(block.text, names)),
      fields && el("div", { class: "fields" }, fields),
    ),
    accessory && el("div", { class: "accessory" }, accessory),
  );
}

function context(block, surface) {
  const part = (item) =>
    item.type === "image" ? image(item, "context-image", surface.workspace.userId) : el("span", {}, textOf(item, surface.names));
  return el("div", { class: "context" }, block.elements.map(part));
}

const actions = (block, surface) =>
  el("div", { class: "actions" }, block.elements.map((item) => element(surface.slot(block, item))));

function imageBlock(block, surface) {
  const caption = block.title && el("figcaption", {}, textOf(block.title, surface.names));
  return el("figure", {}, caption, image(block, "image", surface.workspace.userId));
}

function input(block, surface) {
  const id = isLabelable(block.element.type) ? freshId("input") : null;
  const [hint, error] = [freshId("hint"), freshId("error")];
  const optional = block.optional && el("span", { class: "optional" }, "optional");
  const control = element(surface.slot(block, block.element), { id });
  const describe = control.matches("input, textarea") ? control : control.querySelector("input, textarea");
  describe?.setAttribute("aria-describedby", `${error} ${hint}`);
  if (!block.optional) describe?.setAttribute("aria-required", "true");
  return el(
    "div",
    { class: "input-block", "data-test": `field-${block.block_id}` },
    el(id ? "label" : "div", { class: "label", for: id }, textOf(block.label, surface.names), optional),
    control,
    el("div", { class: "field-error", id: error, role: "alert", "data-test": "field-error" }),
    el("div", { class: "hint", id: hint }, block.hint && textOf(block.hint, surface.names)),
  );
}

function card(block, surface) {
  const { names } = surface;
  const line = (name) => block[name] && el("div", { class: `card-${name}` }, textOf(block[name], names));
  const buttons = (block.actions ?? []).map((item) => element(surface.slot(block, item)));
  return el("div", { class: "card" }, line("title"), line("subtitle"), line("body"),
    buttons.length > 0 && el("div", { class: "actions" }, buttons));
}

const BLOCKS = {
  section,
  context,
  actions,
  input,
  card,
  image: imageBlock,
  header: (block, surface) => el("h3", { class: "header" }, textOf(block.text, surface.names)),
  divider: () => el("hr"),
  rich_text: (block, surface) => el("div", { class: "text" }, richText(block, surface.names)),
  markdown: (block, surface) => el("div", { class: "text" }, mrkdwn(block.text, surface.names)),
};

const unknown = (block) => el("div", { class: "unknown" }, `(a block of type ${block.type} is not drawn in this demo)`);

function blockNode(block, surface) {
  const node = (BLOCKS[block.type] ?? unknown)(block, surface);
  node.classList.add("block");
  node.dataset.blockId = block.block_id ?? "";
  return node;
}

/** Make `parent` show `blocks`; what is typed lives in `surface` and outlasts the nodes. */
export function renderBlocks(parent, blocks, surface, known) {
  surface.show(blocks, known);
  const items = surface.blocks.map((block, at) => ({
    key: block.block_id ?? `at ${at}`,
    sign: JSON.stringify(block),
    block,
  }));
  reconcile(parent, items, (item) => blockNode(item.block, surface));
}

/** Show {block_id: sentence} at the fields of `parent`, and none at the others; the focus goes to the first. */
export function showErrors(parent, errors) {
  for (const node of parent.querySelectorAll(".input-block")) {
    const sentence = errors[node.dataset.blockId] ?? "";
    node.classList.toggle("invalid", Boolean(sentence));
    node.querySelector(".field-error").textContent = sentence;
    const control = node.querySelector("input, textarea");
    control?.setAttribute("aria-invalid", String(Boolean(sentence)));
  }
  parent.querySelector(".input-block.invalid :is(input, textarea, button)")?.focus();
}
