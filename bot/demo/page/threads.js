// Replies go under the message they answer, folded away until somebody asks for them.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { nearDay } from "./mrkdwn.js";
import { appAvatar, avatar, clock, longDay, timeOf } from "./people.js";
import { isReply } from "./state.js";

/** [{root, replies, answers}] in order: `answers` are replies that only one person sees, and are never folded. */
export function threads(messages) {
  const here = new Set(messages.map((message) => message.ts));
  const under = (message) => isReply(message) && here.has(message.thread_ts);
  const inThread = Map.groupBy(messages.filter(under), (message) => message.thread_ts);
  return messages.filter((message) => !under(message)).map((root) => {
    const all = inThread.get(root.ts) ?? [];
    return { root, replies: all.filter((one) => !one.ephemeral_to), answers: all.filter((one) => one.ephemeral_to) };
  });
}

const count = (replies) => `${replies.length} ${replies.length === 1 ? "reply" : "replies"}`;

function when(message) {
  const moment = timeOf(message);
  return `last ${nearDay(moment) ?? longDay(moment)}, ${clock(moment)}`;
}

/** The line that folds and unfolds: `fresh` when a reply came that nobody has looked at. */
export function threadNode({ ts, replies, open, fresh }, workspace, toggle) {
  const authors = [...new Map(replies.map((one) => [one.bot ? "" : one.user, one])).values()].slice(-3);
  const faces = authors.map((one) => (one.bot ? appAvatar("small") : avatar(workspace.user(one.user), "small")));
  return el(
    "div",
    { class: `thread ${open ? "open" : ""}` },
    el(
      "button",
      {
        type: "button", class: "thread-toggle", "aria-expanded": String(open), "data-test": "thread", "data-ts": ts,
        "data-slot": `thread ${ts}`, onclick: toggle,
      },
      el("span", { class: "thread-faces", "aria-hidden": "true" }, faces),
      el("b", {}, count(replies)),
      fresh && el("span", { class: "thread-fresh" }, "new"),
      el("small", {}, open ? "Hide" : when(replies.at(-1))),
      icon("down", 15),
    ),
  );
}
