// What can be done with a message: the buttons that show when one points at it.

import { confirmed } from "./confirm.js";
import { openMenu } from "./menu.js";
import { post } from "./server_connection.js";

export class MessageActions {
  /** `boxOf(list)` is the message box below a list; `open(message)` opens a thread. */
  constructor(workspace, { boxOf, open }) {
    Object.assign(this, { workspace, boxOf, open });
  }

  act(name, message, list, button) {
    if (name === "edit") list.edit(message);
    if (name === "cancel") this.#attempt(list, () => list.edit(null));
    if (name === "delete") this.#delete(message, list);
    if (name === "thread") this.open(message);
    if (name === "reaction") this.#react(message, list, button.dataset.name);
    if (name === "react") this.#chooseReaction(message, list, button);
    if (name === "more") this.#more(message, list, button);
  }

  async save(message, text, list) {
    if (!text) return this.#delete(message, list);
    await this.#attempt(list, async () => {
      if (text !== message.raw) await post("edit", { channel: message.channel, ts: message.ts, text });
      list.edit(null);
    });
  }

  async #delete(message, list) {
    const sure = await confirmed({
      title: "Delete this message?",
      text: "Companion deletes its entry too. This cannot be undone.",
      quote: message.raw,
      confirm: "Delete",
      deny: "Cancel",
    });
    if (!sure) return;
    await this.#attempt(list, async () => {
      await post("delete", { channel: message.channel, ts: message.ts });
      list.edit(null);
    });
  }

  #chooseReaction(message, list, button) {
    const items = this.workspace.reactions.map(({ name, emoji }) => ({ label: emoji, name: name.replaceAll("_", " "), is: name }));
    openMenu(button, items, ({ is }) => this.#react(message, list, is), { grid: true });
  }

  async #react({ channel, ts }, list, name) {
    await this.#attempt(list, () => post("react", { channel, ts, name }), false);
  }

  #more(message, list, button) {
    const shortcuts = this.workspace.shortcuts.filter(({ kind }) => kind === "message");
    const items = [
      ...shortcuts.map(({ id, name }) => ({ label: name, run: () => this.#shortcut(id, message, list) })),
      { label: "Reply in thread", run: () => this.open(message) },
      ...message.own ? [
        { label: "Edit message", run: () => list.edit(message) },
        { label: "Delete message…", danger: true, run: () => this.#delete(message, list) },
      ] : [],
    ];
    openMenu(button, items, ({ run }) => run());
  }

  async #shortcut(callback_id, { ts }, list) {
    await this.#attempt(list, () => post("shortcut", { callback_id, ts }), false);
  }

  /** Do some work, and maybe put the cursor back below the list; show there what went wrong. */
  async #attempt(list, work, refocus = true) {
    const box = this.boxOf(list);
    try {
      await work();
      box.say("");
      if (refocus && box.input.checkVisibility()) box.input.focus();
    } catch (error) {
      box.say(error.message);
    }
  }
}
