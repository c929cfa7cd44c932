// Files: how they are shown, how they are sent to the workspace, and the picker of the composer and of forms.

import { upload } from "./api.js";
import { el, reconcile } from "./dom.js";
import { icon } from "./icons.js";

const SIZES = [[1_048_576, "MB"], [1024, "KB"], [1, "bytes"]];
const extension = (file) => (file.name.includes(".") ? file.name.split(".").at(-1).toLowerCase() : "");

function fileSize(bytes) {
  const [unit, name] = SIZES.find(([length]) => bytes >= length) ?? SIZES.at(-1);
  return `${Math.round(bytes / unit)} ${name}`;
}

const fileNote = (file) => [file.pretty_type ?? file.mimetype, fileSize(file.size ?? 0)].filter(Boolean).join(" · ");

const words = (file, note = fileNote(file)) => el("span", {}, el("b", {}, file.name), el("small", {}, note));

/** The files of a message: a click saves one. */
export function fileLinks(files, user) {
  if (!files?.length) return null;
  return el("div", { class: "files" }, files.map((file) => shown(file, user)));
}

/** Where this person finds a file of the workspace. */
export const fileUrl = (id, user) => `page/file/${encodeURIComponent(id)}?user=${encodeURIComponent(user)}`;

const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];

const gone = () => el("span", { class: "file gone", "data-test": "file" }, icon("file"), "This file was deleted.");

const fileLink = (file, user) =>
  el("a", {
    class: "file", "data-test": "file", "data-name": file.name, download: file.name, title: `Save ${file.name}`,
    href: fileUrl(file.id, user),
  }, icon("file"), words(file));

/** A picture is seen at once; its name below saves it. */
const picture = (file, user) =>
  el("figure", { class: "file-picture", "data-test": "picture", "data-name": file.name },
    el("img", { class: "image", src: fileUrl(file.id, user), alt: file.alt_txt || file.name }),
    fileLink(file, user));

const shown = (file, user) =>
  file.mode === "tombstone" ? gone() : (PICTURES.includes(file.mimetype) ? picture : fileLink)(file, user);

/**
 * Files that are about to be sent. `node` shows them, `input` is the native field that opens the chooser.
 * `onChange` hears the list of those that have arrived; `settled()` waits for those on their way.
 */
export class FilePicker {
  constructor({ user, onChange, files = [], most = 10, largest = 50, types, input = {} }) {
    Object.assign(this, { user, onChange, files, most, largest, types });
    this.coming = new Map();
    const accept = types?.map((type) => `.${type}`).join(",");
    const picked = () => this.add(this.input.files);
    this.input = el("input", {
      type: "file", class: "visually-hidden", accept, multiple: most > 1, ...input, onchange: picked,
    });
    this.list = el("div", { class: "files" });
    this.note = el("div", { class: "file-note", role: "status", "data-test": "file-note" });
    this.node = el("div", { class: "picked" }, this.list, this.note);
    this.draw();
  }

  open() {
    this.input.click();
  }

  get busy() {
    return this.coming.size > 0;
  }

  settled() {
    return Promise.all(this.coming.keys());
  }

  /** Take the given files, as many as fit, and say which do not. */
  add(given) {
    const fitting = [...given].filter((file) => this.fits(file));
    const refused = [...given].filter((file) => !this.fits(file));
    const room = this.most - this.files.length - this.coming.size;
    this.say(refused.length ? this.refusal(refused[0]) : fitting.length > room ? this.tooMany() : "");
    for (const file of fitting.slice(0, room)) this.send(file);
    this.input.value = "";
  }

  fits(file) {
    return file.size <= this.largest * 1_048_576 && (!this.types || this.types.includes(extension(file)));
  }

  refusal(file) {
    if (file.size > this.largest * 1_048_576) return `${file.name} is too large: a file may have ${this.largest} MB at most.`;
    return `${file.name} is not taken here: ${this.types.map((type) => type.toUpperCase()).join(" or ")} only.`;
  }

  tooMany() {
    return this.most === 1 ? "One file at most: remove the other first." : `${this.most} files at most.`;
  }

  async send(file) {
    const arriving = upload(this.user(), file);
    this.coming.set(arriving, file);
    this.draw();
    const reply = await arriving;
    const wanted = this.coming.delete(arriving);
    if (!reply.ok) this.say(reply.error);
    else if (wanted) this.files = [...this.files, reply.file];
    this.changed();
  }

  remove(file) {
    this.files = this.files.filter((other) => other.id !== file.id);
    this.say("");
    this.changed();
    (this.list.querySelector("button") ?? this.input).focus();
  }

  /** Show other files instead, without asking for them again. */
  show(files) {
    this.coming.clear();
    this.files = files;
    this.say("");
    this.draw();
  }

  changed() {
    this.draw();
    this.onChange(this.files);
  }

  say(sentence) {
    this.note.textContent = sentence;
  }

  draw() {
    const there = this.files.map((file) => ({ key: file.id, sign: "", file }));
    const coming = [...this.coming.values()].map((file, at) => ({ key: `coming ${at} ${file.name}`, sign: "", coming: file }));
    reconcile(this.list, [...there, ...coming], (item) => (item.file ? this.chip(item.file) : comingChip(item.coming)));
    this.list.hidden = !this.list.childNodes.length;
  }

  chip(file) {
    const props = { type: "button", class: "ghost tiny", "aria-label": `Remove ${file.name}`, "data-test": "file-remove" };
    const cross = el("button", { ...props, onclick: () => this.remove(file) }, icon("close", 14));
    return el("span", { class: "file", "data-test": "file-picked", "data-name": file.name }, icon("file"), words(file), cross);
  }
}

const comingChip = (file) =>
  el("span", { class: "file coming", "aria-busy": "true" }, icon("file"), words(file, "Uploading…"));

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");

/** Whatever files are dropped on `area` go to `picker`, and what is dropped beside it opens nothing. */
export function takeDrops(area, picker) {
  const mark = (event, on) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    area.classList.toggle("dropping", on);
  };
  area.addEventListener("dragover", (event) => mark(event, true));
  area.addEventListener("dragleave", (event) => area.contains(event.relatedTarget) || mark(event, false));
  area.addEventListener("drop", (event) => {
    mark(event, false);
    if (carriesFiles(event)) picker.add(event.dataTransfer.files);
  });
}

export function ignoreStrayDrops() {
  for (const kind of ["dragover", "drop"]) {
    document.addEventListener(kind, (event) => carriesFiles(event) && event.preventDefault());
  }
}
