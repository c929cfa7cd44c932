// Slack's mrkdwn as DOM nodes. Nothing here parses HTML: what is not understood stays plain text.

import { el } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";
import { now } from "./now.js";

const SAFE_LINK = /^(https?:|mailto:|tel:)/i;
const STYLE_TAGS = { "*": "strong", _: "em", "~": "s" };
const INLINE = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "<(?<angle>[^<>\\n]+)>",
    "(?<url>https?:\\/\\/[^\\s<>]*[^\\s<>.,;:!?)\"'*_~])",
    ":(?<emoji>[a-z0-9_+'-]+):",
    "(?<![\\p{L}\\p{N}])(?<mark>[*_~])(?=[^\\s*_~]|[*_~][^\\s])(?<styled>[^\\n]+?)(?<=\\S)\\k<mark>(?![\\p{L}\\p{N}])",
  ].join("|"),
  "gu",
);
const LINE_KINDS = [
  ["quote", /^(?:>|&gt;)\s?(.*)$/],
  ["bullet", /^\s*[•◦▪-]\s+(.*)$/],
  ["number", /^\s*\d+[.)]\s+(.*)$/],
];

export const decode = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** `names` answers user(id), group(id) and channel(id) with a name to show. */
export function mrkdwn(text, names) {
  const parts = (text ?? "").split(/```\n?([\s\S]*?)\n?```/);
  const nodes = parts.flatMap((part, at) => (at % 2 ? [codeBlock(part)] : paragraphs(part, names)));
  const root = document.createDocumentFragment();
  root.append(...nodes);
  return root;
}

const codeBlock = (text) => el("pre", { class: "code-block" }, el("code", {}, decode(text)));

function paragraphs(text, names) {
  if (!text) return [];
  return runsOf(text.replace(/^\n|\n$/g, "").split("\n")).map(({ kind, lines }) => RUNS[kind](lines, names));
}

function runsOf(lines) {
  const runs = [];
  for (const line of lines) {
    const { kind, content } = kindOf(line);
    if (runs.at(-1)?.kind === kind) runs.at(-1).lines.push(content);
    else runs.push({ kind, lines: [content] });
  }
  return runs;
}

function kindOf(line) {
  for (const [kind, pattern] of LINE_KINDS) {
    const match = pattern.exec(line);
    if (match) return { kind, content: match[1] };
  }
  return { kind: "text", content: line };
}

const items = (lines, names) => lines.map((line) => el("li", {}, inline(line, names)));
const RUNS = {
  text: (lines, names) => el("div", { class: "lines" }, inline(lines.join("\n"), names)),
  quote: (lines, names) => el("blockquote", {}, inline(lines.join("\n"), names)),
  bullet: (lines, names) => el("ul", {}, items(lines, names)),
  number: (lines, names) => el("ol", {}, items(lines, names)),
};

export function inline(text, names) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > from) nodes.push(decode(text.slice(from, match.index)));
    nodes.push(inlineNode(match, names));
    from = match.index + match[0].length;
  }
  if (from < text.length) nodes.push(decode(text.slice(from)));
  return nodes;
}

function inlineNode(match, names) {
  const { code, angle, url, emoji: short, mark, styled } = match.groups;
  if (code !== undefined) return el("code", {}, decode(code));
  if (angle !== undefined) return angleNode(angle, names);
  if (url !== undefined) return link(decode(url), decode(url));
  if (short !== undefined) return emoji(short);
  return el(STYLE_TAGS[mark], {}, inline(styled, names));
}

function angleNode(content, names) {
  const [target, label] = splitOnce(content, "|");
  const known = { "@": userMention, "#": channelMention, "!": special }[target[0]];
  if (known) return known(target.slice(1), label, names);
  if (!SAFE_LINK.test(target)) return decode(`<${content}>`);
  return link(decode(target), label === undefined ? decode(target) : inline(label, names));
}

function splitOnce(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

export const mention = (text) => el("span", { class: "mention" }, text);
const userMention = (id, label, names) => mention(`@${decode(label || names.user(id))}`);
const channelMention = (id, label, names) => mention(`#${decode(label || names.channel(id))}`);

function special(content, label, names) {
  if (content.startsWith("date^")) return date(content.slice(5), label);
  if (content.startsWith("subteam^")) return mention(decode(label ?? `@${names.group(content.slice(8))}`));
  return mention(`@${content}`);
}

export function link(href, label) {
  if (!SAFE_LINK.test(href)) return el("span", {}, label);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, label);
}

const DAY = { year: "numeric", month: "long", day: "numeric" };
const DATE_TOKENS = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: DAY,
  date_pretty: DAY,
  date_short: { ...DAY, month: "short" },
  date_short_pretty: { ...DAY, month: "short" },
  date_long: { ...DAY, weekday: "long" },
  date_long_pretty: { ...DAY, weekday: "long" },
  time: { hour: "2-digit", minute: "2-digit" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

function date(content, fallback) {
  const [seconds, format = "{date}", href] = content.split("^");
  const moment = new Date(Number(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) return decode(fallback ?? content);
  const text = format.replace(/\{(\w+)\}/g, (whole, token) => dateToken(moment, token) ?? whole);
  const node = el("time", { datetime: moment.toISOString(), title: moment.toLocaleString() }, decode(text));
  return href ? link(decode(href), node) : node;
}

function dateToken(moment, token) {
  if (token === "ago") return ago(moment);
  const near = token.endsWith("_pretty") ? nearDay(moment) : undefined;
  if (near) return near;
  return DATE_TOKENS[token] && new Intl.DateTimeFormat(undefined, DATE_TOKENS[token]).format(moment);
}

/** "today", "yesterday" or "tomorrow" in the reader's language, or nothing for another day. */
export function nearDay(moment) {
  const midnight = (day) => new Date(day).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(moment) - midnight(now())) / 86_400_000);
  if (Math.abs(days) > 1) return undefined;
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(days, "day");
}

function ago(moment) {
  const seconds = (moment.getTime() - now()) / 1000;
  const [size, unit] = [[86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]].find(
    ([length]) => Math.abs(seconds) >= length,
  ) ?? [1, "second"];
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

/** A Slack text object: mrkdwn or plain_text. */
export function textOf(object, names) {
  if (!object) return "";
  if (object.type === "mrkdwn") return mrkdwn(object.text, names);
  return object.emoji === false ? object.text : withEmoji(object.text);
}
