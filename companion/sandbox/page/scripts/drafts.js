// Unsent words: each channel and thread keeps its own, also over a reload of the page.

const PREFIX = "companion-sandbox-draft";

export class Drafts {
  #texts = new Map(); // where → text
  #workspace;

  /** Read what this workspace has, and forget the drafts of one that is no longer there. */
  open(workspace) {
    if (workspace === this.#workspace) return;
    this.#workspace = workspace;
    this.#texts.clear();
    const own = this.#key("");
    tryStorage((storage) => {
      for (const key of Object.keys(storage).filter((key) => key.startsWith(PREFIX))) {
        if (key.startsWith(own)) this.#texts.set(key.slice(own.length), storage.getItem(key));
        else storage.removeItem(key);
      }
    });
  }

  get(where) {
    return this.#texts.get(where) ?? "";
  }

  set(where, text) {
    if (!where) return;
    this.#texts.set(where, text);
    tryStorage((storage) => {
      if (text) storage.setItem(this.#key(where), text);
      else storage.removeItem(this.#key(where));
    });
  }

  // One key for each, so that two open pages do not overwrite each other's drafts.
  #key(where) {
    return `${PREFIX} ${this.#workspace} ${where}`;
  }
}

// A browser may forbid storage; then drafts last until the page is reloaded.
function tryStorage(work) {
  try {
    work(localStorage);
  } catch { /* as above */ }
}
