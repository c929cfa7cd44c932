// Slack's nine kinds of select, all drawn by the combobox: where their options come from and what they hold.

import { Combobox } from "./combobox.js";

const WAIT = 250;
const LEAST_TYPED = 3;

function matching(groups, query) {
  const wanted = query.trim().toLowerCase();
  const fits = (option) => option.text.text.toLowerCase().includes(wanted);
  return { groups: groups.map((group) => ({ ...group, options: group.options.filter(fits) })) };
}

const groupsOf = (holder) =>
  holder.option_groups?.map((group) => ({ label: group.label.text, options: group.options })) ?? [
    { options: holder.options ?? [] },
  ];

const fixed = (slot) => (query) => matching(groupsOf(slot.element), query);

/** Ask the app for options once the typing has paused. */
function external(slot) {
  const least = slot.element.min_query_length ?? LEAST_TYPED;
  let latest = 0;
  return async (query) => {
    if (query.length < least) return { hint: least === 1 ? "Type to search" : `Type at least ${least} characters` };
    const turn = ++latest;
    await new Promise((resolve) => setTimeout(resolve, query ? WAIT : 0));
    if (turn !== latest) return { groups: [] };
    const reply = await slot.surface.suggest(slot, query);
    return reply.ok ? { groups: groupsOf(reply) } : { hint: reply.error };
  };
}

const asOption = (label) => (thing) => ({ text: { type: "plain_text", text: label(thing) }, value: thing.id });
const userOption = asOption((user) => user.real_name || user.name);
const channelOption = asOption((channel) => `# ${channel.name}`);
const DIRECT = new Set(["dm", "app"]);
const conversationOption = asOption((channel) => (DIRECT.has(channel.kind) ? channel.name : `# ${channel.name}`));

const WORKSPACE_LISTS = {
  user: (workspace) => workspace.users.map(userOption),
  channel: (workspace) => workspace.channels.filter((channel) => !DIRECT.has(channel.kind)).map(channelOption),
  conversation: (workspace) => workspace.channels.map(conversationOption),
};

const listOf = (slot, kind) => WORKSPACE_LISTS[kind](slot.surface.workspace);
const unknown = (id) => ({ text: { type: "plain_text", text: id }, value: id });

/** How a select that holds bare ids (users, channels, conversations) speaks of options. */
function idSelect(kind, field, multi) {
  const find = (slot, id) => listOf(slot, kind).find((option) => option.value === id) ?? unknown(id);
  return {
    multi,
    source: (slot) => (query) => matching([{ options: listOf(slot, kind) }], query),
    read: (slot) => [slot.value[field] ?? []].flat().map((id) => find(slot, id)),
    write: (chosen) => ({ [field]: multi ? chosen.map((option) => option.value) : (chosen[0]?.value ?? null) }),
  };
}

const single = (source) => ({
  source,
  read: (slot) => (slot.value.selected_option ? [slot.value.selected_option] : []),
  write: (chosen) => ({ selected_option: chosen[0] ?? null }),
});

const several = (source) => ({
  multi: true,
  source,
  read: (slot) => slot.value.selected_options,
  write: (chosen) => ({ selected_options: chosen }),
});

const KINDS = {
  static_select: single(fixed),
  external_select: single(external),
  multi_static_select: several(fixed),
  multi_external_select: several(external),
  users_select: idSelect("user", "selected_user"),
  channels_select: idSelect("channel", "selected_channel"),
  conversations_select: idSelect("conversation", "selected_conversation"),
  multi_users_select: idSelect("user", "selected_users", true),
  multi_channels_select: idSelect("channel", "selected_channels", true),
  multi_conversations_select: idSelect("conversation", "selected_conversations", true),
};

function select(slot, { id }) {
  const kind = KINDS[slot.element.type];
  return new Combobox({
    id,
    label: slot.label,
    placeholder: slot.element.placeholder?.text,
    slot: slot.key,
    test: { "data-test": "select", "data-action-id": slot.element.action_id },
    multi: kind.multi,
    max: slot.element.max_selected_items,
    clearable: slot.optional,
    source: kind.source(slot),
    chosen: kind.read(slot),
    onChange: (chosen) => slot.change(kind.write(chosen)),
  }).node;
}

export const SELECTS = Object.fromEntries(Object.keys(KINDS).map((type) => [type, select]));
