// The box to type in: Enter sends, and what was not sent stays with its channel or thread.

import { Attachment } from "./attachment.js";
import { CommandHint } from "./command_hint.js";

export class Composer {
  #where = "";
  #sending = Promise.resolve();

  /**
   * `send(text, file)` throws an Error with words for the person, and maybe a `suggestion`: the command
   * that was meant. `editLast()` answers ArrowUp. `drafts` keeps what was not sent. `commands()`
   * are those that can be typed here: Slack has none in threads.
   */
  constructor(pane, { send, editLast, drafts, commands = () => [] }) {
    Object.assign(this, { send, editLast, drafts });
    this.hint = new CommandHint(pane.querySelector("#hint"), commands, (text) => this.fill(text));
    this.form = pane.querySelector(".composer");
    this.input = this.form.querySelector("textarea");
    this.problem = pane.querySelector(".problem");
    this.attachment = new Attachment(this.form, (text) => this.say(text));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.#submit(); });
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Turn to another channel or thread, and to its draft. */
  turnTo(where) {
    if (where === this.#where) return;
    this.#where = where;
    this.say("");
    this.fill(this.drafts.get(where), false);
  }

  fill(text, focus = true) {
    this.input.value = text;
    this.#typed();
    if (focus) this.input.focus();
  }

  /** Show a problem above the box; with a suggestion, a button puts that command in. */
  say(problem, suggestion) {
    this.problem.replaceChildren(problem);
    this.problem.hidden = !problem;
    if (!suggestion) return;
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: `Use ${suggestion}` });
    button.addEventListener("click", () => {
      this.say("");
      this.fill(this.input.value.replace(/^\/\S*/, suggestion));
    });
    this.problem.append(" ", button);
  }

  #submit() {
    const text = this.input.value.trim();
    const where = this.#where;
    const reading = this.attachment.take();
    if (!text && !this.attachment.input.files.length) return;
    this.fill("");
    // One after the other, so that quick messages keep their order.
    this.#sending = this.#sending.then(async () => this.send(text, await reading)).then(() => {
      this.attachment.clear();
      this.say("");
    }, (error) => {
      this.#giveBack(where, text);
      this.say(`Not sent. ${error.message}`, error.suggestion);
    });
  }

  #giveBack(where, text) {
    const begun = this.drafts.get(where);
    const both = begun ? `${text}\n${begun}` : text;
    if (where === this.#where) this.fill(both, false);
    else this.drafts.set(where, both);
  }

  #typed() {
    this.input.style.height = "auto";
    if (this.input.scrollHeight) this.input.style.height = `${this.input.scrollHeight}px`; // 0: not shown
    const text = this.input.value;
    this.drafts.set(this.#where, text);
    this.hint.typed(text);
  }

  #key(event) {
    const text = this.input.value;
    const plain = !event.shiftKey && !event.isComposing;
    if (plain && this.hint.takes(event.key, text)) { /* a command was chosen */ }
    else if (event.key === "Enter" && plain) this.form.requestSubmit();
    else if (event.key === "ArrowUp" && !text) this.editLast();
    else return;
    event.preventDefault();
  }
}
