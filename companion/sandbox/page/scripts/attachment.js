// A file that is to go out with the next message.

const MOST_BYTES = 1024 ** 2;

export class Attachment {
  /** `say(text)` shows what went wrong. */
  constructor(form, say) {
    this.input = form.querySelector("input[type=file]");
    this.shown = form.querySelector(".attached");
    form.querySelector(".attach").addEventListener("click", () => this.input.click());
    form.querySelector(".detach").addEventListener("click", () => { this.clear(); form.querySelector("textarea").focus(); });
    this.input.addEventListener("change", () => {
      const [file] = this.input.files;
      if (file?.size > MOST_BYTES) {
        this.clear();
        say("A file may have 1 MB here. Choose a smaller one.");
      } else {
        this.#show(file?.name ?? "");
        form.querySelector("textarea").focus();
      }
    });
  }

  clear() {
    this.input.value = "";
    this.#show("");
  }

  /** What the server needs of the file; null where none is attached. */
  async take() {
    const [file] = this.input.files;
    if (!file) return null;
    const bytes = new Uint8Array(await file.arrayBuffer());
    let binary = "";
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return { name: file.name, type: file.type || "application/octet-stream", content: btoa(binary) };
  }

  #show(name) {
    this.shown.hidden = !name;
    this.shown.querySelector(".name").textContent = name;
  }
}
