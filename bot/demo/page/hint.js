// What an empty channel says: what this place is, and three commands to try.

import { examples } from "./completion.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";

export function showHint(workspace, root) {
  const draw = () => {
    root.hidden = workspace.channelMessages.length > 0 || !workspace.channel;
    if (!root.hidden) root.replaceChildren(...content(workspace));
  };
  for (const kind of ["loaded", "channel", "messages"]) workspace.on(kind, draw);
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
