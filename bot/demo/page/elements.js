// Every block element by its type: buttons, overflow menus and images here, the rest from fields and selects.

import { ask } from "./dialogs.js";
import { el } from "./dom.js";
import { FIELDS } from "./fields.js";
import { fileUrl } from "./files.js";
import { icon } from "./icons.js";
import { textOf } from "./mrkdwn.js";
import { openMenu } from "./popup.js";
import { SELECTS } from "./selects.js";

const openLink = (url) => window.open(url, "_blank", "noopener,noreferrer");

async function agreed(slot) {
  const { confirm } = slot.element;
  return !confirm || ask(confirm, slot.surface.names);
}

function button(slot) {
  const { element, surface } = slot;
  const press = async () => {
    if (!(await agreed(slot))) return;
    if (element.url) openLink(element.url);
    node.setAttribute("aria-busy", "true");
    await slot.act({ value: element.value, text: element.text });
    node.removeAttribute("aria-busy");
  };
  const node = el(
    "button",
    {
      type: "button", class: `button ${element.style ?? ""}`, onclick: press, "aria-label": element.accessibility_label,
      "data-test": "button", "data-action-id": element.action_id, "data-block-id": slot.block.block_id,
      "data-value": element.value, "data-slot": slot.key,
    },
    textOf(element.text, surface.names),
    element.url && el("span", { class: "visually-hidden" }, " (opens a new tab)"),
  );
  return node;
}

function overflow(slot) {
  const { element, surface } = slot;
  const choose = async (option) => {
    if (!(await agreed(slot))) return;
    if (option.url) openLink(option.url);
    await slot.act({ selected_option: option });
  };
  const items = element.options.map((option) => ({
    label: textOf(option.text, surface.names),
    note: option.description?.text,
    data: { test: "option", value: option.value },
    choose: () => choose(option),
  }));
  const props = {
    type: "button", class: "button square", "aria-label": "More", "aria-haspopup": "menu", "aria-expanded": "false",
    "data-test": "overflow", "data-action-id": element.action_id, "data-slot": slot.key,
  };
  const node = el("button", props, icon("dots"));
  node.addEventListener("click", () => openMenu(node, items, { align: "end" }));
  return node;
}

/** Where an image is for this person: a file of the workspace is read as the page reads files. */
function addressOf(source, user) {
  const id = source.slack_file?.id ?? /\/files-pri\/[^/-]+-(\w+)\//.exec(source.slack_file?.url ?? "")?.[1];
  return id ? fileUrl(id, user) : (source.image_url ?? "");
}

/** Nothing is fetched from outside: an image of another host shows as its description. */
export function image(source, className, user) {
  const url = addressOf(source, user);
  const inside = url.startsWith("data:image/") || URL.parse?.(url, location.href)?.origin === location.origin;
  if (inside) return el("img", { class: className, src: url, alt: source.alt_text ?? "" });
  return el("span", { class: `${className} image-stand-in`, role: "img", "aria-label": source.alt_text, title: url },
    className === "image" ? source.alt_text : (source.alt_text ?? "").slice(0, 1));
}

const pictureOf = (slot) => image(slot.element, "thumbnail", slot.surface.workspace.userId);

const ELEMENTS = { button, overflow, ...FIELDS, ...SELECTS, image: pictureOf };

const unknown = (slot) => el("span", { class: "unknown" }, `(${slot.element.type} is not drawn in this demo)`);

export const element = (slot, look = {}) => (ELEMENTS[slot.element.type] ?? unknown)(slot, look);

/** Whether a label element may point at it with `for`. */
export const isLabelable = (type) => !["checkboxes", "radio_buttons"].includes(type);
