// The button that moves the demo's time forward, for what happens only hours or days later.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { aheadMinutes, now } from "./now.js";
import { clock, longDay } from "./people.js";
import { openMenu } from "./popup.js";

const STEPS = [["+1 hour", 3600], ["+1 day", 86_400]];
const MORNING = 10;
const UNITS = [["d", 1440], ["h", 60], ["min", 1]];

/** "+1 d 3 h", or nothing while the demo has the machine's time. */
function aheadText() {
  let left = aheadMinutes();
  const parts = UNITS.flatMap(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count ? [`${count} ${unit}`] : [];
  });
  return parts.length ? `+${parts.join(" ")}` : "";
}

/** Seconds until the Monday after this week, in UTC as the bot counts its weeks: on a Monday that is the next one. */
function untilMonday() {
  const at = new Date(now());
  const monday = new Date(at);
  monday.setUTCHours(MORNING, 0, 0, 0);
  monday.setUTCDate(monday.getUTCDate() + ((8 - at.getUTCDay()) % 7 || 7));
  return (monday - at) / 1000;
}

export function startClock(workspace, button) {
  const draw = () => {
    const text = aheadText();
    button.hidden = !workspace.can.includes("forward");
    button.classList.toggle("moved", Boolean(text));
    button.replaceChildren(icon("clock"), ...(text ? [el("span", {}, text)] : []));
    const label = text ? `Time, ${text}: move it forward` : "Move the time forward";
    button.setAttribute("aria-label", label);
    button.title = label;
  };
  const items = () => {
    const moment = new Date(now());
    const forward = (seconds) => workspace.send("forward", { seconds });
    return [
      { heading: `It is ${longDay(moment)}, ${clock(moment)}` },
      ...STEPS.map(([label, seconds]) => ({ label, choose: () => forward(seconds), data: { test: `forward-${seconds}` } })),
      {
        label: "To Monday morning", note: "when weekly summaries go out",
        choose: () => forward(untilMonday()), data: { test: "forward-monday" },
      },
    ];
  };
  button.addEventListener("click", () => openMenu(button, items(), { align: "end" }));
  for (const kind of ["loaded", "clock"]) workspace.on(kind, draw);
}
