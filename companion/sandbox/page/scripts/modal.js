// The modal that an app has opened: a form in a dialog, as the server renders it.

import { Controls, nameGroups, restore, valuesOf } from "./controls.js";
import { localizeTimes } from "./local_times.js";
import { post } from "./server_connection.js";

export class Modal {
  #shown = null;

  constructor(dialog) {
    this.dialog = dialog;
    this.form = dialog.querySelector("form");
    this.view = dialog.querySelector(".view");
    this.problem = dialog.querySelector(".problem");
    this.submit = dialog.querySelector(".submit");
    new Controls(this.view, () => ({ element: this.view, target: this.#shown.id }), (text) => this.#say(text));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.#submit(); });
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) this.#submit();
    });
    dialog.querySelector(".back").addEventListener("click", () => this.#close(false));
    dialog.querySelector(".all").addEventListener("click", () => this.#close(true));
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); this.#close(false); });
  }

  get open() {
    return this.dialog.open;
  }

  /** Show this one, as the server describes it; null closes. */
  show(modal) {
    const before = this.#shown;
    if (before?.id === modal?.id && before?.hash === modal?.hash) return;
    this.#shown = modal;
    if (!modal) return this.dialog.close();
    // As in Slack, an update leaves alone what was typed into a field that stays.
    const typed = before?.id === modal.id ? valuesOf(this.view) : {};
    this.dialog.querySelector("h2").innerHTML = modal.title; // made safe by the server, like the rest
    this.dialog.querySelector(".avatar").textContent = modal.app.charAt(0);
    this.dialog.querySelector(".back").innerHTML = modal.close;
    this.submit.innerHTML = modal.submit ?? "";
    this.submit.hidden = !modal.submit;
    this.view.innerHTML = modal.html;
    nameGroups(this.view);
    restore(this.view, typed);
    localizeTimes(this.view);
    this.#say("");
    if (!this.dialog.open) this.dialog.showModal();
    (this.view.querySelector("[data-focus]") ?? this.view.querySelector("input, textarea, select"))?.focus();
  }

  async #submit() {
    if (!this.#shown?.submit || this.submit.ariaBusy === "true") return;
    this.submit.ariaBusy = "true";
    try {
      const { errors } = await post("submit", { view_id: this.#shown.id, values: valuesOf(this.view) });
      this.#say("");
      this.#showErrors(errors);
    } catch (error) {
      this.#say(error.message);
    } finally {
      this.submit.ariaBusy = "false";
    }
  }

  #showErrors(errors) {
    let first;
    for (const field of this.view.querySelectorAll(".field")) {
      const error = errors[field.dataset.field] ?? "";
      const control = field.querySelector("[data-control]");
      field.querySelector(".error").textContent = error;
      control.ariaInvalid = String(Boolean(error));
      if (error) first ??= control;
    }
    (first?.matches(".choices") ? first.querySelector("input") : first)?.focus();
  }

  async #close(all) {
    try {
      await post("close", { all });
    } catch (error) {
      this.#say(error.message);
    }
  }

  #say(text) {
    this.problem.textContent = text;
    this.problem.hidden = !text;
  }
}
