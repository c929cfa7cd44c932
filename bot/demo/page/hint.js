// What to do here: all of it in an empty channel, one line below a conversation that the app has no part in yet.

import { examples } from "./completion.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";

export function showHint(workspace, root) {
  let unwanted = false;
  const draw = () => {
    const empty = workspace.channelMessages.length === 0;
    const untried = !unwanted && !Object.values(workspace.messages).flat().some((message) => message.bot);
    root.hidden = !workspace.channel || !(empty || untried);
    root.classList.toggle("brief", !empty);
    if (!root.hidden) root.replaceChildren(...(empty ? content(workspace) : brief(workspace, dismiss)));
  };
  const dismiss = () => {
    unwanted = true;
    draw();
    document.querySelector("[data-test=composer]").focus();
  };
  for (const kind of ["loaded", "channel", "messages"]) workspace.on(kind, draw);
}

/** A conversation is there to be acted upon: by a message's menu, or by a command. */
function brief(workspace, dismiss) {
  const { app, commands, shortcuts } = workspace;
  const shortcut = shortcuts.find((one) => one.type === "message");
  const menu = shortcut && ["Open a message’s menu ", icon("dots", 16), ` and pick “${shortcut.name}”, or try `];
  const known = examples(commands, Infinity);
  const { example } = known.find((item) => item.name === "find") ?? known[0] ?? { example: "/" };
  const close = { type: "button", class: "ghost tiny", "aria-label": "Dismiss this hint", onclick: dismiss };
  const use = (text) => () => workspace.tell("fill", text);
  return [
    el("p", {}, menu || `${app.name} works in the ATS for you. Try `,
      el("button", { type: "button", class: "link", "data-test": "example", onclick: use(example) }, el("code", {}, example))),
    el("button", { ...close, "data-test": "hint-dismiss" }, icon("close", 15)),
  ];
}

function content(workspace) {
  const { channel, app, commands } = workspace;
  const direct = ["dm", "app"].includes(channel.kind);
  const use = (text) => () => workspace.tell("fill", text);
  return [
    el("span", { class: "hint-icon", "aria-hidden": "true" }, icon(channel.kind, 26)),
    el("h2", {}, direct ? workspace.channelName(channel) : `Nothing in #${channel.name} yet`),
    el("p", {}, `Type a command and ${app.name} does it in the ATS, as it would in Slack. Three to begin with:`),
    el("div", { class: "examples" }, examples(commands).map((item) =>
      el("button", { type: "button", class: "example", "data-test": "example", onclick: use(item.example) },
        el("code", {}, item.example), el("small", {}, item.summary)))),
    el("p", { class: "muted" }, "Or type ", el("kbd", {}, "/"), " to see them all. Nothing here leaves this machine."),
  ];
}
