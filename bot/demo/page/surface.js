// One place where blocks live (a message, a modal view, the Home tab): what is typed there and how it is sent.

import { initialValue, isStateful, slotKey, slotsOf, stateValues } from "./values.js";

/** `where` is {channel, ts} or {view_id}: how the server finds the blocks again. */
export class Surface {
  constructor(workspace, where) {
    this.workspace = workspace;
    this.where = where;
    this.typed = new Map();
    this.waits = new Map();
    this.blocks = [];
  }

  /** `ready` answers a promise: what is still on its way to the field `key`. */
  waitFor(key, ready) {
    this.waits.set(key, ready);
  }

  settled() {
    return Promise.all([...this.waits.values()].map((ready) => ready()));
  }

  get names() {
    return this.workspace.names;
  }

  /**
   * As in Slack, an input that keeps its block_id and action_id keeps its value: a new initial value is not taken.
   * `known` is what the server holds of a view, for inputs that are new to this page: it may have been reloaded.
   */
  show(blocks, known = {}) {
    this.blocks = blocks ?? [];
    const before = this.typed;
    this.typed = new Map();
    for (const { block, element } of slotsOf(this.blocks).filter((slot) => isStateful(slot.element))) {
      const key = slotKey(block.block_id, element.action_id);
      const held = before.get(key) ?? known[block.block_id]?.[element.action_id];
      this.typed.set(key, held?.type === element.type ? held : initialValue(element));
    }
  }

  values() {
    return stateValues(this.blocks, this.typed);
  }

  slot(block, element) {
    return new Slot(this, block, element);
  }

  /** A pause in typing may end when the view has been closed already. */
  get isThere() {
    const { view_id: id } = this.where;
    return !id || this.workspace.home?.id === id || this.workspace.views.some((view) => view.id === id);
  }

  act(action) {
    return this.isThere ? this.workspace.send("action", { ...this.where, action, values: this.values() }) : undefined;
  }

  suggest(slot, value) {
    return this.workspace.send("suggest", { ...this.where, ...slot.ids, value, values: this.values() });
  }
}

class Slot {
  constructor(surface, block, element) {
    Object.assign(this, { surface, block, element });
    this.key = slotKey(block.block_id, element.action_id);
    this.ids = { action_id: element.action_id, block_id: block.block_id };
  }

  get inInput() {
    return this.block.type === "input";
  }

  get dispatches() {
    return !this.inInput || Boolean(this.block.dispatch_action);
  }

  get optional() {
    return Boolean(this.inInput && this.block.optional);
  }

  get label() {
    return this.block.label?.text ?? this.element.placeholder?.text ?? this.block.text?.text ?? "Choose";
  }

  get value() {
    return this.surface.typed.get(this.key);
  }

  /** Text inputs say by themselves when they dispatch: see `dispatch_action_config`. */
  triggers(moment) {
    const on = this.element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
    return this.inInput && this.dispatches && on.includes(moment);
  }

  hold(value) {
    this.surface.typed.set(this.key, { type: this.element.type, ...value });
  }

  change(value) {
    this.hold(value);
    return this.dispatches ? this.act(value) : undefined;
  }

  act(extra) {
    return this.surface.act({ type: this.element.type, ...this.ids, ...extra });
  }
}
