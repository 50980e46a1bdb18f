// An app's tabs: Home, Messages, and About, which says what the app can do.

import { Controls, nameGroups, restore, valuesOf } from "./controls.js";
import { localizeTimes } from "./local_times.js";
import { post } from "./server_connection.js";

const TABS = ["home", "messages", "about"];

export class Tabs {
  #shownHome = "";
  #opened = ""; // what the app was told: a look at its Home tab is an event

  /** `turn(tab)` is called when the person chooses another one. */
  constructor(main, turn) {
    this.list = main.querySelector("#tabs");
    this.panels = Object.fromEntries(TABS.map((tab) => [tab, main.querySelector(`#${tab}`)]));
    this.view = this.panels.home.querySelector(".view");
    this.list.addEventListener("click", (event) => event.target.dataset.tab && turn(event.target.dataset.tab));
    this.list.addEventListener("keydown", (event) => this.#walk(event, turn));
    new Controls(this.view, () => ({ element: this.view, target: this.home.id }), (text) => this.say(text));
  }

  /** Show a tab of a place; places without a Home tab have messages only. */
  show(tab, place, { home, commands, shortcuts, bot }) {
    this.list.hidden = !place.has_home;
    for (const button of this.list.children) {
      const chosen = button.dataset.tab === tab;
      button.ariaSelected = String(chosen);
      button.tabIndex = chosen ? 0 : -1;
    }
    for (const each of TABS) this.panels[each].hidden = each !== tab;
    if (place.has_home) this.panels.messages.role = "tabpanel";
    else this.panels.messages.removeAttribute("role");
    if (place.has_home) this.panels.messages.setAttribute("aria-labelledby", "tab-messages");
    else this.panels.messages.removeAttribute("aria-labelledby");
    this.home = home;
    if (tab === "home") this.#showHome();
    if (tab === "about") this.panels.about.replaceChildren(...about(bot.name, commands, shortcuts));
    this.#tell(place.has_home && tab !== "about" ? tab : "");
  }

  // The app is told once for each time that somebody comes to look.
  #tell(tab) {
    if (tab === this.#opened) return;
    this.#opened = tab;
    if (tab) post("home", { tab }).catch((error) => this.say(error.message));
  }

  #showHome() {
    const html = this.home?.html ?? `<p class="nothing">Nothing to show here yet.</p>`;
    if (html === this.#shownHome) return;
    const active = this.view.contains(document.activeElement) && document.activeElement.dataset.control;
    const typed = valuesOf(this.view);
    this.#shownHome = html;
    this.view.innerHTML = html; // made safe by the server
    nameGroups(this.view);
    restore(this.view, typed);
    localizeTimes(this.view);
    if (active) [...this.view.querySelectorAll("[data-control]")].find((one) => one.dataset.control === active)?.focus();
  }

  #walk(event, turn) {
    const at = TABS.indexOf(event.target.dataset.tab);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: TABS.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    turn(TABS[(next + TABS.length) % TABS.length]);
    this.list.querySelector('[aria-selected="true"]').focus();
  }

  say(text) {
    const problem = this.panels.home.querySelector(".problem");
    problem.textContent = text;
    problem.hidden = !text;
  }
}

function about(name, commands, shortcuts) {
  const list = (entries) => {
    const node = document.createElement("dl");
    for (const [term, text] of entries) {
      node.append(element("dt", term), element("dd", text));
    }
    return node;
  };
  return [
    element("h2", `About ${name}`),
    element("h3", "Commands"),
    list(commands.map(({ name: command, hint, description }) => [`${command} ${hint}`.trim(), description])),
    ...shortcuts.length ? [
      element("h3", "Shortcuts"),
      list(shortcuts.map(({ name: shortcut, kind }) => [shortcut, kind === "message" ? "In the menu “More actions” of a message" : "In the menu of the workspace"])),
    ] : [],
  ];
}

const element = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
