// What kind of channel one looks at, and how much of a candidate the app may show there.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { showPopup } from "./popup.js";

const KINDS = {
  public: {
    name: () => "Public",
    readers: (company) => `Everybody at ${company} can read along.`,
    shown: [true, true, false, false],
  },
  private: {
    name: () => "Private",
    readers: () => "Only people who were invited read along.",
    shown: [true, true, true, false],
  },
  shared: {
    name: (channel) => `Shared with ${channel.shared_with ?? "others"}`,
    readers: (company, channel) => `People of ${channel.shared_with ?? "another organisation"} read along.`,
    shown: [true, false, false, false],
  },
  app: { name: () => "Only you", readers: () => "Nobody else reads along.", shown: [true, true, true, true] },
};
const PARTS = ["Job or talent pool", "Name", "Stage and tags", "Email, phone, notes"];

export const kindName = (channel) => KINDS[channel.kind]?.name(channel) ?? "";

function note(workspace) {
  const { channel, app } = workspace;
  const kind = KINDS[channel.kind];
  const part = (name, at) =>
    el("li", { class: kind.shown[at] ? "" : "withheld" }, icon(kind.shown[at] ? "check" : "close", 15),
      el("span", {}, name, !kind.shown[at] && el("span", { class: "visually-hidden" }, " (not shown)")));
  return el("div", { class: "popup kind-note", role: "note", "data-test": "kind-note", tabIndex: -1 },
    el("strong", {}, `${kindName(channel)}${channel.kind === "app" ? "" : " channel"}`),
    el("p", {}, kind.readers(workspace.workspace.name, channel)),
    el("p", {}, `What ${app.name} posts here shows:`),
    el("ul", {}, PARTS.map(part)),
    channel.kind !== "app" && el("small", {}, "An answer that is “only visible to you” shows all that you may see."));
}

export function startKind(workspace, button) {
  let close;
  const draw = () => {
    close?.();
    const { channel } = workspace;
    button.hidden = !KINDS[channel?.kind];
    if (button.hidden) return;
    button.textContent = kindName(channel);
    button.className = `badge kind-${channel.kind}`;
  };
  const leave = () => {
    close = undefined;
    button.setAttribute("aria-expanded", "false");
  };
  button.addEventListener("click", () => {
    if (close) return close();
    const popup = note(workspace);
    close = showPopup(popup, button, { onClose: leave });
    button.setAttribute("aria-expanded", "true");
    popup.focus();
    popup.addEventListener("keydown", (event) => {
      if (!["Escape", "Tab"].includes(event.key)) return;
      event.preventDefault();
      close();
      button.focus();
    });
  });
  for (const kind of ["loaded", "channel"]) workspace.on(kind, draw);
}
