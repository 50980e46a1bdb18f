// Buttons, menus, pickers and fields in blocks: what they hold, and what happens when one is used.

import { confirmed } from "./confirm.js";
import { openMenu } from "./menu.js";
import { post } from "./server_connection.js";

const SETTLED_MS = 600; // after the last change of a date or time that is typed part by part
const PRESSED = ["button", "overflow"];

/** What all fields under an element hold, by block and action. */
export function valuesOf(root) {
  const values = {};
  for (const control of root.querySelectorAll("[data-control]")) {
    if (PRESSED.includes(control.dataset.kind)) continue;
    const [block, action] = JSON.parse(control.dataset.control);
    (values[block] ??= {})[action] = valueOf(control);
  }
  return values;
}

/** Put values back into the fields of the same block and action. */
export function restore(root, values) {
  for (const control of root.querySelectorAll("[data-control]")) {
    const [block, action] = JSON.parse(control.dataset.control);
    const value = values[block]?.[action];
    if (value === undefined || PRESSED.includes(control.dataset.kind)) continue;
    if (control.matches(".choices")) {
      for (const box of control.querySelectorAll("input")) box.checked = [value].flat().includes(box.value);
    } else if (control.role === "combobox" || control.dataset.kind === "datetimepicker") continue;
    else control.value = value ?? "";
  }
}

function valueOf(control) {
  const { kind } = control.dataset;
  if (control.matches(".choices")) {
    const chosen = [...control.querySelectorAll("input:checked")].map((box) => box.value);
    return kind === "radio_buttons" ? chosen[0] ?? null : chosen;
  }
  if (kind === "external_select") return control.dataset.value || null;
  if (kind === "datetimepicker") return control.value ? String(new Date(control.value) / 1000) : null;
  return control.value || null;
}

export class Controls {
  /**
   * Listens under `root`. `scopeOf(control)` is the element of the message or view around a control,
   * with its `target` (ts or id); `say(text)` shows what went wrong, or with "" that nothing did.
   */
  constructor(root, scopeOf, say) {
    Object.assign(this, { scopeOf, say });
    root.addEventListener("click", (event) => {
      const control = event.target.closest("[data-control]");
      if (control?.dataset.kind === "button") this.#press(control);
      if (control?.dataset.kind === "overflow") {
        openMenu(control, JSON.parse(control.dataset.items), ({ value }) => this.#press(control, value));
      }
    });
    root.addEventListener("change", (event) => {
      const control = event.target.closest("[data-control]");
      if (control && !control.closest(".field:not([data-dispatch])")) this.#changed(control);
    });
    root.addEventListener("input", (event) => {
      if (event.target.role === "combobox") this.#suggest(event.target);
    });
  }

  #changed(control) {
    clearTimeout(this.settling);
    const wait = ["date", "time", "datetime-local"].includes(control.type) ? SETTLED_MS : 0;
    this.settling = setTimeout(() => this.#press(control, valueOf(control)), wait);
  }

  async #press(control, value = null) {
    if (control.ariaBusy === "true") return;
    const { confirm } = control.dataset;
    if (confirm && !await confirmed(JSON.parse(confirm))) return;
    const { element, target } = this.scopeOf(control);
    const [block_id, action_id] = JSON.parse(control.dataset.control);
    control.ariaBusy = "true";
    control.classList.remove("failed");
    try {
      await post("press", { target, block_id, action_id, value, values: valuesOf(element) });
      this.say("");
    } catch (error) {
      control.classList.add("failed");
      this.say(error.message);
    } finally {
      control.ariaBusy = "false";
    }
  }

  // The options of an external menu are the app's: it is asked when enough was typed.
  async #suggest(box) {
    const options = box.suggested ?? [];
    const chosen = options.find(({ text }) => text.text === box.value);
    box.dataset.value = chosen?.value ?? "";
    if (chosen || box.value.length < Number(box.dataset.least)) return;
    const { target } = this.scopeOf(box);
    const [block_id, action_id] = JSON.parse(box.dataset.control);
    try {
      const answer = await post("suggestions", { target, block_id, action_id, value: box.value });
      box.suggested = answer.options;
      listOf(box).replaceChildren(...answer.options.map(({ text }) => new Option(text.text, text.text)));
    } catch (error) {
      this.say(error.message);
    }
  }
}

let lists = 0;

function listOf(box) {
  if (box.list) return box.list;
  const list = Object.assign(document.createElement("datalist"), { id: `options-${lists += 1}` });
  box.after(list);
  box.setAttribute("list", list.id);
  return list;
}

let groups = 0;

/** Radio buttons belong together by a name, which has to differ from group to group. */
export function nameGroups(root) {
  for (const group of root.querySelectorAll(".choices")) {
    groups += 1;
    for (const box of group.querySelectorAll("input")) box.name = `group-${groups}`;
  }
}
