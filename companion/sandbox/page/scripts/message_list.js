// A list of messages: draws what changed, and stays at the bottom when the reader is there.

import { dayOf, moment } from "./local_times.js";
import { copy, dayBreak, messageNode } from "./message_node.js";

const GROUP_S = 5 * 60;

export class MessageList {
  #drawn = new Map(); // key → {signature, node}
  #shown; // which place or thread
  #atBottom = true;

  /**
   * `pane` holds .scroll, .log and .newer; `act(name, message, list, button)` is called for
   * "thread", "edit", "cancel", "delete", "react", "reaction" and "more", `save(message, text, list)`
   * when an edit is to be saved. `redraw()` has to call `show`.
   */
  constructor(pane, { act, save, redraw }) {
    Object.assign(this, { act, save, redraw, editing: null, messages: [] });
    this.scroll = pane.querySelector(".scroll");
    this.log = pane.querySelector(".log");
    this.newer = pane.querySelector(".newer");
    this.scroll.addEventListener("scroll", () => {
      this.#atBottom = this.#nearBottom();
      if (this.#atBottom) this.newer.hidden = true;
    });
    new ResizeObserver(() => this.#atBottom && this.toBottom()).observe(this.scroll);
    this.newer.addEventListener("click", () => this.toBottom());
    this.log.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) this.act(button.dataset.do, this.messageAt(button), this, button);
    });
    this.log.addEventListener("focusin", (event) => this.#rove(event.target.closest(".message")));
    this.log.addEventListener("keydown", (event) => this.#walk(event));
  }

  /** Draw these messages; `repliesTo(message)` counts the replies to each. */
  show(id, messages, repliesTo = () => 0) {
    const switched = id !== this.#shown;
    const stay = switched || this.#nearBottom();
    const grew = messages.at(-1)?.ts > (this.messages.at(-1)?.ts ?? "");
    this.messages = messages;
    if (switched) this.editing = null;
    this.#shown = id;
    this.log.ariaBusy = String(switched); // a screen reader must not read out the whole channel
    this.#draw(this.#items(messages, repliesTo));
    this.log.ariaBusy = "false";
    if (!this.log.contains(document.activeElement)) this.#rove(this.log.querySelector(".message:last-of-type"));
    if (stay) this.toBottom();
    else if (grew) this.newer.hidden = false;
  }

  toBottom() {
    this.#atBottom = true;
    this.newer.hidden = true;
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  #nearBottom() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroll;
    return scrollHeight - scrollTop - clientHeight < 48;
  }

  focus(ts) {
    this.#drawn.get(ts)?.node.focus();
  }

  /** Put a message into an editor; null ends the editing. */
  edit(message) {
    this.editing = message?.ts ?? null;
    this.redraw();
    this.log.querySelector(".editor textarea")?.focus();
  }

  #items(messages, repliesTo) {
    const items = [];
    let day, before, countBefore;
    for (const message of messages) {
      const label = dayOf(moment(message.ts));
      if (label !== day) {
        items.push({ key: label, signature: label, build: () => dayBreak(label) });
        before = undefined;
      }
      day = label;
      const joined = Boolean(before) && before.user === message.user
        && !before.ephemeral && !message.ephemeral // each answer belongs to its own command
        && !countBefore // what follows a thread is not part of it
        && before.thread_ts === message.thread_ts // a first reply stands apart from what it answers
        && message.ts - before.ts < GROUP_S;
      const count = repliesTo(message);
      const edited = message.ts === this.editing;
      items.push({
        key: message.ts,
        // A message that arrives must not take away what is being edited.
        signature: edited ? "editing" : JSON.stringify([message, joined, count]),
        build: () => (edited ? this.#editor(message) : messageNode(message, joined, count)),
      });
      before = message;
      countBefore = count;
    }
    return items;
  }

  #draw(items) {
    const active = this.log.contains(document.activeElement) ? document.activeElement : null;
    const held = active && { key: active.closest("[data-key]")?.dataset.key, is: sameAs(active) };
    const drawn = new Map(items.map(({ key, signature, build }) => {
      const known = this.#drawn.get(key);
      if (known?.signature === signature) return [key, known];
      const node = build();
      node.dataset.key = key;
      return [key, { signature, node }];
    }));
    const nodes = [...drawn.values()].map(({ node }) => node);
    const wanted = new Set(nodes);
    for (const node of [...this.log.children]) if (!wanted.has(node)) node.remove();
    nodes.forEach((node, i) => {
      if (this.log.children[i] !== node) this.log.insertBefore(node, this.log.children[i] ?? null);
    });
    this.#drawn = drawn;
    if (held && !this.log.contains(document.activeElement)) {
      const node = drawn.get(held.key)?.node;
      ([...node?.querySelectorAll("button, a, input, select") ?? []].find(held.is) ?? node)?.focus();
    }
  }

  #editor(message) {
    const node = messageNode(message, false, 0);
    const form = copy("editor");
    const text = form.querySelector("textarea");
    text.value = message.raw;
    text.rows = Math.min(8, message.raw.split("\n").length + 1);
    node.querySelector(".text").replaceWith(form);
    node.querySelector(".tools").remove();
    const cancel = () => this.act("cancel", message, this);
    form.querySelector(".cancel").addEventListener("click", cancel);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save(message, text.value.trim(), this);
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") cancel();
      else if (event.key === "Enter" && event.target === text && !event.shiftKey && !event.isComposing) form.requestSubmit();
      else return;
      event.preventDefault();
    });
    return node;
  }

  messageAt(element) {
    const key = element.closest(".message").dataset.key;
    return this.messages.find(({ ts }) => ts === key);
  }

  // The list has one Tab stop: the current message and its buttons. Arrow keys move between messages.
  #rove(current) {
    for (const node of this.log.querySelectorAll(".message")) {
      const tabIndex = node === current ? 0 : -1;
      node.tabIndex = tabIndex;
      for (const button of node.querySelectorAll(":is(.tools, .reactions) button")) button.tabIndex = tabIndex;
    }
  }

  #walk(event) {
    if (event.target.matches("textarea, input, select")) return;
    const all = [...this.log.querySelectorAll(".message")];
    const at = all.indexOf(event.target.closest(".message"));
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all[to]?.focus();
  }
}

// A button that was drawn anew is the same if it does the same.
function sameAs(active) {
  const of = ({ dataset: { do: name, control, name: emoji } }) => [name, control, emoji].join(" ");
  const wanted = of(active);
  return (element) => wanted.trim() && of(element) === wanted;
}
