// What Slack itself would say, as toasts that go away unless somebody is reading them.

import { el } from "./dom.js";
import { icon } from "./icons.js";

const SHOWN_MS = 8000;

export function showNotices(workspace, root) {
  workspace.on("notice", (text) => root.append(toast(text)));
}

function toast(text) {
  let timer;
  const leave = () => node.remove();
  const wait = () => (timer = setTimeout(leave, SHOWN_MS));
  const node = el(
    "div",
    { class: "notice", "data-test": "notice", onpointerenter: () => clearTimeout(timer), onpointerleave: wait },
    icon("alert"),
    el("span", {}, text),
    el("button", { type: "button", class: "ghost tiny", "aria-label": "Dismiss", onclick: leave }, icon("close", 15)),
  );
  wait();
  return node;
}
