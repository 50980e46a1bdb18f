// The commands that fit what is being typed, above the message box.

export class CommandHint {
  #fitting = [];
  #at = 0;

  /** `box` shows them (a pane without one has none); `fill(text)` puts one into the message box. */
  constructor(box, commands, fill) {
    Object.assign(this, { box, commands, fill });
    box?.addEventListener("click", (event) => {
      const name = event.target.closest("button")?.dataset.name;
      if (name) this.fill(`${name} `);
    });
  }

  typed(text) {
    if (!this.box) return;
    this.#fitting = text ? this.commands().filter(({ name }) => `${name} `.startsWith(text)) : [];
    this.#at = 0;
    this.#draw();
  }

  /** Whether a key did something with the commands that are shown. */
  takes(key, text) {
    const count = this.#fitting.length;
    if (!count) return false;
    const chosen = this.#fitting[this.#at].name;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (step && count > 1) {
      this.#at = (this.#at + step + count) % count;
      this.#draw();
    } else if (key === "Tab" && text !== `${chosen} `) this.fill(`${chosen} `);
    // A command that is typed out is sent as it is, unless another one was chosen.
    else if (key === "Enter" && (text.length < chosen.length || this.#at)) this.fill(`${chosen} `);
    else if (key === "Escape") this.typed("");
    else return false;
    return true;
  }

  #draw() {
    this.box.hidden = !this.#fitting.length;
    this.box.replaceChildren(...this.#fitting.map((command, number) => row(command, number === this.#at)));
  }
}

function row({ name, hint, description }, chosen) {
  const button = Object.assign(document.createElement("button"), { type: "button", tabIndex: -1 });
  button.dataset.name = name;
  button.ariaCurrent = String(chosen);
  button.append(
    Object.assign(document.createElement("kbd"), { textContent: name }), " ",
    Object.assign(document.createElement("em"), { textContent: hint }), " ",
    Object.assign(document.createElement("span"), { textContent: description }),
  );
  return button;
}
