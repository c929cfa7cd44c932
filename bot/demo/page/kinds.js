// What kind of channel one looks at, and how much of a candidate the app may show there.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { showPopup } from "./popup.js";

const KINDS = {
  public: {
    name: "Public",
    title: () => "Public channel",
    readers: (company) => `Everybody at ${company} can read along.`,
    shown: [true, true, false, false],
  },
  private: {
    name: "Private",
    title: () => "Private channel",
    readers: () => "Only people who were invited read along.",
    shown: [true, true, true, false],
  },
  shared: {
    name: "Shared",
    title: (channel) => `Shared with ${channel.shared_with}`,
    readers: (company, channel) => `People of another organisation, ${channel.shared_with}, read along.`,
    shown: [true, false, false, false],
  },
  app: { name: "Only you", title: () => "Between you and the app", readers: () => "Nobody else reads along.", shown: [true, true, true, true] },
};
const PARTS = ["Job or talent pool", "Name", "Stage and tags", "Email, phone, notes"];

export const kindTitle = (channel) => KINDS[channel.kind]?.title(channel) ?? "";

function note(workspace) {
  const { channel, app } = workspace;
  const kind = KINDS[channel.kind];
  const part = (name, at) =>
    el("li", { class: kind.shown[at] ? "" : "withheld" }, icon(kind.shown[at] ? "check" : "close", 15),
      el("span", {}, name, !kind.shown[at] && el("span", { class: "visually-hidden" }, " (not shown)")));
  return el("div", { class: "popup kind-note", role: "note", "data-test": "kind-note", tabIndex: -1 },
    el("strong", {}, kindTitle(channel)),
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
    button.textContent = KINDS[channel.kind].name;
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
