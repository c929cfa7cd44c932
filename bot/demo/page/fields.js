// Inputs that a person types into or ticks: text, numbers, dates, files, checkboxes, radio buttons.

import { debounce, el, freshId } from "./dom.js";
import { FilePicker, takeDrops } from "./files.js";
import { textOf } from "./mrkdwn.js";

const TYPING_PAUSE = 300;
const LARGEST_FILE_MB = 10;

const common = (slot, id) => ({
  id,
  "aria-label": id ? null : slot.label,
  placeholder: slot.element.placeholder?.text,
  "data-slot": slot.key,
  "data-action-id": slot.element.action_id,
});

/** A text input; with dispatch_action it tells the app while typing or on Enter, as its config says. */
function textField(tag, props) {
  return (slot, { id }) => {
    const tell = debounce(TYPING_PAUSE, () => slot.act(slot.value));
    const typed = (event) => {
      slot.hold({ value: event.target.value || null });
      if (slot.triggers("on_character_entered")) tell();
    };
    const pressed = (event) => {
      if (event.key !== "Enter" || !slot.triggers("on_enter_pressed")) return;
      event.preventDefault();
      event.stopPropagation();
      slot.act(slot.value);
    };
    const input = el(tag, { class: "text-input", ...common(slot, id), ...props, oninput: typed, onkeydown: pressed });
    input.value = slot.value.value ?? "";
    return input;
  };
}

const singleLine = textField("input", { type: "text", autocomplete: "off" });
const multiLine = textField("textarea", { rows: 4 });

function plainText(slot, look) {
  const field = (slot.element.multiline ? multiLine : singleLine)(slot, look);
  const { max_length: max } = slot.element;
  return max && max <= 500 ? el("div", { class: "counted" }, field, counter(field, max)) : field;
}

function counter(field, max) {
  const left = el("span", { class: "counter", "aria-hidden": "true" });
  const show = () => {
    left.textContent = String(max - field.value.length);
    left.classList.toggle("over", field.value.length > max);
  };
  field.addEventListener("input", show);
  show();
  return left;
}

function picker(type, field) {
  return (slot, { id }) => {
    const input = el("input", { class: "text-input picker", type, ...common(slot, id) });
    input.value = slot.value[field] ?? "";
    input.addEventListener("change", () => slot.change({ [field]: input.value || null }));
    return input;
  };
}

/** A group of ticks; `read` and `write` turn the chosen values into what Slack holds. */
function ticks(type, read, write) {
  return (slot) => {
    const name = freshId("ticks");
    const role = type === "radio" ? "radiogroup" : "group";
    const group = el("div", { class: "ticks", role, "aria-label": slot.label });
    const chosen = new Set(read(slot.value));
    const changed = () => {
      const checked = [...group.querySelectorAll("input:checked")];
      const picked = checked.map((input) => slot.element.options[input.dataset.at]);
      slot.change(write(picked));
    };
    const tick = (option, at) => tickNode({ option, at, type, name, slot, chosen, changed });
    group.append(...slot.element.options.map(tick));
    return group;
  };
}

function tickNode({ option, at, type, name, slot, chosen, changed }) {
  const { names } = slot.surface;
  const input = el("input", {
    type, name, checked: chosen.has(option.value), onchange: changed,
    "data-at": String(at), "data-value": option.value, "data-action-id": slot.element.action_id,
    "data-slot": `${slot.key} ${option.value}`,
  });
  const note = option.description && el("small", {}, textOf(option.description, names));
  return el("label", { class: "tick" }, input, el("span", {}, textOf(option.text, names), note));
}

const radios = ticks("radio", (value) => (value.selected_option ? [value.selected_option.value] : []), (picked) => ({
  selected_option: picked[0] ?? null,
}));
const boxes = ticks("checkbox", (value) => value.selected_options.map((option) => option.value), (picked) => ({
  selected_options: picked,
}));

function limitsOf(most, types) {
  const kinds = types?.map((type) => type.toUpperCase()).join(", ");
  return [kinds, `${LARGEST_FILE_MB} MB each`, most > 1 ? `${most} files at most` : "one file"].filter(Boolean).join(" · ");
}

/** The native field stays for the keyboard and for screen readers; what is seen is its label. */
function fileInput(slot, { id = freshId("file") }) {
  const { filetypes: types, max_files: most = 10 } = slot.element;
  const picker = new FilePicker({
    user: () => slot.surface.workspace.userId,
    onChange: (files) => slot.change({ files }),
    files: slot.value.files ?? [],
    most, types, largest: LARGEST_FILE_MB,
    input: { ...common(slot, id) },
  });
  slot.surface.waitFor(slot.key, () => picker.settled());
  const choose = el("label", { class: "button", for: id }, most > 1 ? "Choose files" : "Choose a file");
  const line = el("div", { class: "file-choose" }, picker.input, choose, el("span", {}, "or drop here"));
  const node = el("div", { class: "file-input" }, line, el("small", {}, limitsOf(most, types)), picker.node);
  takeDrops(node, picker);
  return node;
}

export const FIELDS = {
  plain_text_input: plainText,
  email_text_input: textField("input", { type: "text", inputmode: "email", autocomplete: "off" }),
  url_text_input: textField("input", { type: "text", inputmode: "url", autocomplete: "off" }),
  number_input: textField("input", { type: "text", inputmode: "decimal", autocomplete: "off" }),
  datepicker: picker("date", "selected_date"),
  timepicker: picker("time", "selected_time"),
  radio_buttons: radios,
  checkboxes: boxes,
  file_input: fileInput,
};
