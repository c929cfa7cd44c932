// What Slack keeps of each input: the shape of its value, its first value, and what is wrong with it.

const text = { initial: (e) => ({ value: e.initial_value ?? null }), read: (v) => v.value };
const one = (field, first = field) => ({ initial: (e) => ({ [field]: e[first] ?? null }), read: (v) => v[field] });
const many = (field, first = field) => ({ initial: (e) => ({ [field]: e[first] ?? [] }), read: (v) => v[field] });
const option = one("selected_option", "initial_option");
const options = many("selected_options", "initial_options");

const SHAPES = {
  plain_text_input: text,
  email_text_input: text,
  url_text_input: text,
  number_input: text,
  static_select: option,
  external_select: option,
  radio_buttons: option,
  multi_static_select: options,
  multi_external_select: options,
  checkboxes: options,
  datepicker: one("selected_date", "initial_date"),
  timepicker: one("selected_time", "initial_time"),
  users_select: one("selected_user", "initial_user"),
  channels_select: one("selected_channel", "initial_channel"),
  conversations_select: one("selected_conversation", "initial_conversation"),
  multi_users_select: many("selected_users", "initial_users"),
  multi_channels_select: many("selected_channels", "initial_channels"),
  multi_conversations_select: many("selected_conversations", "initial_conversations"),
  file_input: many("files"),
};

export const isStateful = (element) => element?.type in SHAPES;
export const slotKey = (blockId, actionId) => `${blockId} ${actionId}`;
export const initialValue = (element) => ({ type: element.type, ...SHAPES[element.type].initial(element) });

/** All interactive elements of a block, wherever Slack puts them. */
export function elementsOf(block) {
  if (block.type === "input") return [block.element];
  if (block.type === "section") return block.accessory ? [block.accessory] : [];
  return block.type === "actions" ? block.elements : [];
}

export const slotsOf = (blocks) =>
  (blocks ?? []).flatMap((block) => elementsOf(block).map((element) => ({ block, element })));

/** Slack's `state.values`; `typed` maps a slot key to the value it holds now. */
export function stateValues(blocks, typed) {
  const values = {};
  for (const { block, element } of slotsOf(blocks).filter((slot) => isStateful(slot.element))) {
    values[block.block_id] ??= {};
    values[block.block_id][element.action_id] =
      typed.get(slotKey(block.block_id, element.action_id)) ?? initialValue(element);
  }
  return values;
}

const isEmpty = (held) => held === null || held === undefined || held === "" || held.length === 0;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

const COMPLAINTS = {
  plain_text_input: lengthComplaint,
  email_text_input: (held) => (EMAIL.test(held) ? null : "This doesn’t look like an email address."),
  url_text_input: (held) => (URL.canParse(held) ? null : "This doesn’t look like a link. It begins with https://"),
  number_input: numberComplaint,
};

function lengthComplaint(held, { min_length: min = 0, max_length: max = Infinity }) {
  if (held.length < min) return `Please use at least ${min} characters.`;
  return held.length > max ? `Please use at most ${max} characters.` : null;
}

function numberComplaint(held, { is_decimal_allowed: decimals, min_value: min, max_value: max }) {
  const number = Number(held);
  if (Number.isNaN(number)) return "Please enter a number.";
  if (!decimals && !Number.isInteger(number)) return "Please enter a whole number.";
  if (min !== undefined && number < Number(min)) return `Please enter ${min} or more.`;
  return max !== undefined && number > Number(max) ? `Please enter ${max} or less.` : null;
}

function complaint(block, value) {
  const held = SHAPES[block.element.type].read(value);
  if (isEmpty(held)) return block.optional ? null : "Please complete this required field.";
  return COMPLAINTS[block.element.type]?.(held, block.element) ?? null;
}

/** What Slack itself refuses before an app hears of it: {block_id: sentence}. */
export function complaints(blocks, values) {
  const inputs = (blocks ?? []).filter((block) => block.type === "input" && isStateful(block.element));
  const valueOf = (block) => values[block.block_id][block.element.action_id];
  const found = inputs.map((block) => [block.block_id, complaint(block, valueOf(block))]);
  return Object.fromEntries(found.filter(([, sentence]) => sentence));
}
