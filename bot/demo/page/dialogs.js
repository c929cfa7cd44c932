// Native dialogs with the focus kept inside, and the question that a `confirm` object asks.

import { el, trapTab } from "./dom.js";
import { textOf } from "./mrkdwn.js";

/** Open a modal dialog with `content`; Escape and the backdrop call `onDismiss`. Answers {node, close}. */
export function openDialog({ content, label, onDismiss, ...props }) {
  const before = document.activeElement;
  const node = el("dialog", { "aria-label": label, ...props }, content);
  node.addEventListener("keydown", (event) => {
    trapTab(node, event);
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    onDismiss();
  });
  node.addEventListener("cancel", (event) => event.preventDefault());
  document.body.append(node);
  node.showModal();
  const close = () => {
    node.close();
    node.remove();
    if (before?.isConnected) before.focus();
  };
  return { node, close };
}

/** Ask what a Slack confirm object says; answers true when the person agrees. */
export function ask(confirm, names) {
  return new Promise((resolve) => {
    const answer = (agreed) => {
      close();
      resolve(agreed);
    };
    const { node, close } = openDialog({
      class: "dialog confirm",
      "data-test": "confirm",
      label: confirm.title.text,
      content: confirmContent(confirm, names, answer),
      onDismiss: () => answer(false),
    });
    node.querySelector("[data-test=confirm-yes]").focus();
  });
}

function confirmContent(confirm, names, answer) {
  const style = confirm.style === "danger" ? "button danger" : "button primary";
  return [
    el("h2", { class: "dialog-title" }, textOf(confirm.title, names)),
    el("div", { class: "confirm-text" }, textOf(confirm.text, names)),
    el(
      "div",
      { class: "dialog-actions" },
      el("button", { type: "button", class: "button", "data-test": "confirm-no", onclick: () => answer(false) },
        textOf(confirm.deny, names)),
      el("button", { type: "button", class: style, "data-test": "confirm-yes", onclick: () => answer(true) },
        textOf(confirm.confirm, names)),
    ),
  ];
}
