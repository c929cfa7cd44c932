// What a half-typed slash command could become; no DOM here.

const NOTHING = { stage: "none", items: [] };

/** Usage or example with the command and verb in front, however the table wrote it. */
function whole(command, verb, written) {
  const text = (written ?? "").trim();
  if (text.startsWith("/")) return text;
  const starts = text === verb.verb || text.startsWith(`${verb.verb} `);
  return [command.command, starts ? "" : verb.verb, text].filter(Boolean).join(" ");
}

export const usageOf = (command, verb) => whole(command, verb, verb.usage);
export const exampleOf = (command, verb) => (verb.example ? whole(command, verb, verb.example) : "");

const commandItem = (command) => ({
  kind: "command",
  name: command.command,
  title: command.command,
  rest: command.usage_hint ?? "",
  summary: command.description,
  insert: `${command.command} `,
});

function verbItem(command, verb) {
  const start = `${command.command} ${verb.verb}`;
  const usage = usageOf(command, verb);
  return {
    kind: "verb",
    name: verb.verb,
    title: verb.verb,
    rest: usage.startsWith(start) ? usage.slice(start.length).trim() : usage,
    example: exampleOf(command, verb),
    summary: verb.summary,
    insert: `${start} `,
  };
}

/**
 * {stage: none | command | verb | arguments, items, active, command, verb}. `active` is the item that Enter would
 * choose: -1 when the text is complete as it stands, so that Enter sends it.
 */
export function complete(text, commands) {
  if (!text.startsWith("/") || text.includes("\n")) return NOTHING;
  const [, typed, space, rest] = /^(\S+)(\s*)(.*)$/.exec(text);
  const command = commands.find((one) => one.command === typed);
  if (!space) return commandStage(typed, commands);
  return command ? verbStage(command, rest) : NOTHING;
}

function commandStage(typed, commands) {
  const items = commands.filter((one) => one.command.startsWith(typed)).map(commandItem);
  const exact = items.some((item) => item.name === typed);
  return { stage: items.length ? "command" : "none", items, active: exact ? -1 : 0 };
}

function verbStage(command, rest) {
  const [word] = rest.split(/\s/);
  const verb = command.verbs.find((one) => one.verb === word);
  if (rest.length > word.length) return { stage: "arguments", items: [], active: -1, command, verb };
  const items = command.verbs.filter((one) => one.verb.startsWith(word)).map((one) => verbItem(command, one));
  if (!items.length) return { stage: "arguments", items, active: -1, command };
  return { stage: "verb", items, active: word && !verb ? 0 : -1, command, verb };
}

/** The first `count` examples of the commands, one for each verb that has one. */
export const examples = (commands, count = 3) =>
  commands
    .flatMap((command) => command.verbs.filter((verb) => verb.example).map((verb) => verbItem(command, verb)))
    .slice(0, count);
