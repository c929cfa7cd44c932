// Puts the page together: one workspace, its parts, and what belongs to the window.

import { AtsActs } from "./acts.js";
import { startClock } from "./clock.js";
import { Composer } from "./composer.js";
import { ignoreStrayDrops } from "./files.js";
import { showHint } from "./hint.js";
import { Home } from "./home.js";
import { icon } from "./icons.js";
import { startKind } from "./kinds.js";
import { MessageList } from "./messages.js";
import { Modals } from "./modal.js";
import { showNotices } from "./notices.js";
import { AtsPanel } from "./panel.js";
import { Sidebar } from "./sidebar.js";
import { Workspace } from "./state.js";
import { startTheme } from "./theme.js";

const NARROW = window.matchMedia("(max-width: 1179px)");
const PANEL_KEY = "shortlist-panel";
const by = (id) => document.getElementById(id);

function drawHeader(workspace) {
  const { channel } = workspace;
  if (!channel) return;
  by("channel-icon").replaceChildren(icon(channel.kind, 19));
  by("channel-title").textContent = workspace.channelName(channel);
  by("channel-topic").textContent = channel.topic ?? "";
  document.title = `${workspace.channelName(channel)} · ${workspace.workspace.name} · Shortlist demo`;
}

/** The address holds who you are and where, so that a reload or a second window finds it. */
function rememberPlace(workspace) {
  const place = new URLSearchParams({ user: workspace.userId, channel: workspace.channelId });
  history.replaceState(null, "", `?${place}`);
}

/** Where the address points: `?user=U…&channel=C…`, or a permalink's `#C…/ts`. */
function openPlaces(workspace) {
  const wanted = new URLSearchParams(location.search);
  const [channel, ts] = location.hash.slice(1).split("/");
  workspace.channelId = channel || wanted.get("channel") || "";
  workspace.linkedTs = ts;
  return workspace.become(wanted.get("user") ?? "");
}

function startPanelToggle(workspace, button) {
  const show = (open) => {
    document.body.classList.toggle("panel-open", open);
    button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    button.classList.remove("news");
    workspace.tell("panel-opened");
  };
  const toggle = (open) => {
    show(open);
    if (!NARROW.matches) localStorage.setItem(PANEL_KEY, open ? "open" : "closed");
  };
  const initial = () => show(!NARROW.matches && localStorage.getItem(PANEL_KEY) !== "closed");
  const isOpen = () => document.body.classList.contains("panel-open");
  button.addEventListener("click", () => toggle(!isOpen()));
  by("panel-close").addEventListener("click", () => {
    toggle(false);
    button.focus();
  });
  const escape = (event) => event.key === "Escape" && NARROW.matches && by("panel-close").click();
  by("ats-panel").addEventListener("keydown", escape);
  workspace.on("ats-changed", () => isOpen() || button.classList.add("news"));
  NARROW.addEventListener("change", initial);
  initial();
}

function startSidebarToggle(workspace, button) {
  const show = (open) => {
    document.body.classList.toggle("sidebar-open", open);
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => show(!document.body.classList.contains("sidebar-open")));
  by("curtain").addEventListener("click", () => show(false));
  workspace.on("channel", () => show(false));
}

/** A slash typed anywhere outside a field begins a command. */
function startSlashKey(workspace) {
  document.addEventListener("keydown", (event) => {
    const elsewhere = event.target.closest("input, textarea, select, dialog, [role=menu]");
    if (event.key !== "/" || elsewhere || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    workspace.tell("fill", "/");
  });
}

function startIcons() {
  for (const node of document.querySelectorAll("[data-icon]")) node.prepend(icon(node.dataset.icon));
}

function startConnection(workspace) {
  workspace.on("connection", (there) => {
    by("offline").hidden = there;
    if (there) document.body.dataset.ready = workspace.userId;
  });
}

function start() {
  const workspace = new Workspace();
  startIcons();
  startConnection(workspace);
  startTheme(by("theme"), (now) => by("theme").replaceChildren(icon(now === "dark" ? "sun" : "moon")));
  new Sidebar(workspace, { channels: by("channels"), user: by("user-switch") });
  new MessageList(workspace, by("messages"));
  showHint(workspace, by("first-hint"));
  new Composer(workspace, by("composer"));
  new Home(workspace, { tabs: by("app-tabs"), body: by("home"), chat: by("chat") });
  new Modals(workspace);
  startClock(workspace, by("clock"));
  startKind(workspace, by("channel-kind"));
  const acts = new AtsActs(workspace, by("ats-act"));
  new AtsPanel(workspace, { tabs: by("ats-tabs"), panels: by("ats-panels"), acts });
  showNotices(workspace, by("notices"));
  startPanelToggle(workspace, by("panel-toggle"));
  startSidebarToggle(workspace, by("sidebar-toggle"));
  startSlashKey(workspace);
  ignoreStrayDrops();
  for (const kind of ["loaded", "channel"]) {
    workspace.on(kind, () => drawHeader(workspace));
    workspace.on(kind, () => rememberPlace(workspace));
  }
  workspace.on("loaded", () => {
    by("workspace-name").textContent = workspace.workspace.name;
    workspace.tell("views");
  });
  return openPlaces(workspace);
}

await start();
