// Avatars, roles and times.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { nearDay } from "./mrkdwn.js";

const ROLES = { admin: "Admin", member: "Member", guest: "Guest", partner: "External partner" };

export const roleName = (role) => ROLES[role] ?? role;
export const fullName = (user) => user?.real_name || user?.display_name || user?.name || "Somebody";

/** Black or white, whichever reads better on a #rrggbb colour. */
function inkOn(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue > 128 ? "#1b1d1f" : "#fff";
}

export function avatar(user, size = "") {
  const node = el("span", { class: `avatar ${size}`, "aria-hidden": "true" }, user?.initials ?? "?");
  const colour = user?.color && (user.color.startsWith("#") ? user.color : `#${user.color}`);
  if (!/^#[0-9a-f]{6}$/i.test(colour ?? "")) return node;
  node.style.background = colour;
  node.style.color = inkOn(colour);
  return node;
}

export const appAvatar = (size = "") =>
  el("span", { class: `avatar app-avatar ${size}`, "aria-hidden": "true" }, icon("app", size === "small" ? 14 : 22));

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const LONG_DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const capital = (text) => text[0].toUpperCase() + text.slice(1);

export const timeOf = (message) => new Date(message.time);
export const clock = (moment) => CLOCK.format(moment);
export const longDay = (moment) => LONG_DAY.format(moment);
export const dayName = (moment) => capital(nearDay(moment) ?? longDay(moment));
