// The rich_text block: sections, lists, quotes and preformatted text.

import { el } from "./dom.js";
import { emoji } from "./emoji.js";
import { link, mention } from "./mrkdwn.js";

const STYLE_TAGS = { bold: "strong", italic: "em", strike: "s", code: "code" };

const LEAVES = {
  text: (leaf) => leaf.text,
  link: (leaf) => link(leaf.url, leaf.text ?? leaf.url),
  emoji: (leaf) => emoji(leaf.name),
  user: (leaf, names) => mention(`@${names.user(leaf.user_id)}`),
  channel: (leaf, names) => mention(`#${names.channel(leaf.channel_id)}`),
  usergroup: (leaf, names) => mention(`@${names.group(leaf.usergroup_id)}`),
  broadcast: (leaf) => mention(`@${leaf.range}`),
  date: (leaf) => leaf.fallback ?? new Date(leaf.timestamp * 1000).toLocaleString(),
};

function leafNode(leaf, names) {
  const content = LEAVES[leaf.type]?.(leaf, names) ?? leaf.text ?? "";
  const tags = Object.keys(STYLE_TAGS).filter((style) => leaf.style?.[style]);
  return tags.reduce((node, style) => el(STYLE_TAGS[style], {}, node), content);
}

const leaves = (part, names) => (part.elements ?? []).map((leaf) => leafNode(leaf, names));

const PARTS = {
  rich_text_section: (part, names) => el("div", { class: "lines" }, leaves(part, names)),
  rich_text_quote: (part, names) => el("blockquote", {}, leaves(part, names)),
  rich_text_preformatted: (part, names) => el("pre", { class: "code-block" }, el("code", {}, leaves(part, names))),
  rich_text_list: (part, names) => {
    const tag = part.style === "ordered" ? "ol" : "ul";
    const list = el(tag, {}, part.elements.map((item) => el("li", {}, leaves(item, names))));
    list.style.marginInlineStart = `${(part.indent ?? 0) * 1.25}rem`;
    return list;
  },
};

export const richText = (block, names) =>
  (block.elements ?? []).map((part) => PARTS[part.type]?.(part, names) ?? el("div", {}, leaves(part, names)));
