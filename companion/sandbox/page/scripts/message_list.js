// A list of messages: draws what changed, and stays at the bottom when the reader is there.

import { dayOf, fullOf, localizeTimes, moment, timeOf } from "./local_times.js";

const GROUP_S = 5 * 60;
const copy = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

export class MessageList {
  #drawn = new Map(); // key → {signature, node}
  #shown; // which place or thread
  #atBottom = true;

  /**
   * `pane` holds .scroll, .log and .newer; `act(name, message, list)` is called for "thread",
   * "edit", "cancel" and "delete", `save(message, text, list)` when an edit is to be saved.
   * `redraw()` has to call `show`.
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
      const name = event.target.closest("[data-do]")?.dataset.do;
      if (name) this.act(name, this.#messageAt(event.target), this);
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
    const held = active && { key: active.closest("[data-key]")?.dataset.key, name: active.dataset.do };
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
      (node?.querySelector(`[data-do="${held.name}"]`) ?? node)?.focus();
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

  #messageAt(element) {
    const key = element.closest(".message").dataset.key;
    return this.messages.find(({ ts }) => ts === key);
  }

  // The list has one Tab stop: the current message and its buttons. Arrow keys move between messages.
  #rove(current) {
    for (const node of this.log.querySelectorAll(".message")) {
      const tabIndex = node === current ? 0 : -1;
      node.tabIndex = tabIndex;
      for (const button of node.querySelectorAll(".tools button")) button.tabIndex = tabIndex;
    }
  }

  #walk(event) {
    if (event.target.matches("textarea")) return;
    const all = [...this.log.querySelectorAll(".message")];
    const at = all.indexOf(event.target.closest(".message"));
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all[to]?.focus();
  }
}

function dayBreak(label) {
  const node = document.createElement("h2");
  node.className = "day";
  node.textContent = label;
  return node;
}

function messageNode(message, joined, count) {
  const node = copy("message");
  const part = (name) => node.querySelector(`.${name}`);
  const when = moment(message.ts);
  node.ariaLabel = `${message.user_name}, ${timeOf(when)}`;
  node.classList.toggle("joined", joined);
  node.classList.toggle("bot", message.is_bot);
  node.classList.toggle("ephemeral", message.ephemeral);
  node.classList.toggle("deleted", message.deleted);
  part("avatar").textContent = message.user_name.charAt(0).toUpperCase();
  part("author").textContent = message.user_name;
  Object.assign(part("when"), { textContent: timeOf(when), dateTime: when.toISOString(), title: fullOf(when) });
  if (message.answers) part("typed").textContent = message.answers;
  part("text").innerHTML = message.html; // rendered and made safe by the server
  if (message.edited) lastParagraph(part("text")).append(" ", editedMark());
  localizeTimes(part("text"));
  part("reactions").append(...message.reactions.map(reaction));
  part("replies").textContent = count === 1 ? "1 reply" : `${count} replies`;
  const superfluous = {
    ".app": !message.is_bot,
    ".only-you": !message.ephemeral,
    ".answers": !message.answers,
    ".reactions": !message.reactions.length,
    ".replies": !count,
    ".tools": message.ephemeral,
    "[data-do=edit], [data-do=delete]": !message.own,
  };
  for (const [selector, unwanted] of Object.entries(superfluous)) {
    if (unwanted) node.querySelectorAll(selector).forEach((element) => element.remove());
  }
  return node;
}

const lastParagraph = (text) => (text.lastElementChild?.matches("p") ? text.lastElementChild : text);
const editedMark = () => Object.assign(document.createElement("small"), { className: "edited", textContent: "(edited)" });

function reaction({ name, emoji, count }) {
  const node = Object.assign(document.createElement("span"), { title: `:${name}:`, textContent: `${emoji} ${count}` });
  node.role = "img";
  node.ariaLabel = `${name.replaceAll("_", " ")}, ${count}`;
  return node;
}
