// The person: a status, a huddle, paused notifications. They say that one wants to be left alone.

import { moment, timeOf } from "./local_times.js";
import { openMenu } from "./menu.js";
import { post } from "./server_connection.js";

// Slack's own suggestions, each with the minutes that it lasts.
const PRESETS = [
  [":spiral_calendar_pad:", "🗓️", "In a meeting", 60],
  [":bus:", "🚌", "Commuting", 30],
  [":face_with_thermometer:", "🤒", "Out sick", 1440],
  [":palm_tree:", "🌴", "Vacationing", 0],
  [":house_with_garden:", "🏡", "Working remotely", 1440],
];

export class You {
  /** `say(text)` shows what went wrong; `shortcuts()` are the global ones, `use(id)` uses one. */
  constructor(button, dialog, { say, shortcuts, use }) {
    Object.assign(this, { button, dialog, say, shortcuts, use });
    this.form = dialog.querySelector("form");
    this.text = dialog.querySelector("#status-text");
    this.ends = dialog.querySelector("#status-ends");
    button.addEventListener("click", () => this.#menu());
    dialog.querySelector(".presets").append(...PRESETS.map((preset) => this.#preset(preset)));
    dialog.querySelector(".clear").addEventListener("click", () => this.#save("", "", 0));
    dialog.querySelector(".close").addEventListener("click", () => dialog.close());
    this.text.addEventListener("input", () => { this.emoji = ""; });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save(this.text.value.trim(), this.emoji, Number(this.ends.value));
    });
  }

  show(name, presence) {
    this.presence = presence;
    const now = Date.now() / 1000;
    const lasts = (until) => until > now;
    const status = presence.status && (!presence.status_until || lasts(presence.status_until));
    const huddle = lasts(presence.huddle_until);
    const snoozed = lasts(presence.snooze_until);
    const words = [
      status && `${presence.status}${until(presence.status_until)}`,
      huddle && `In a huddle${until(presence.huddle_until)}`,
      snoozed && `Notifications paused${until(presence.snooze_until)}`,
    ].filter(Boolean);
    this.state = { status, huddle, snoozed };
    this.button.querySelector(".avatar").textContent = name.charAt(0).toUpperCase();
    this.button.querySelector(".badge").textContent = status ? presence.emoji : huddle ? "🎧" : snoozed ? "💤" : "";
    this.button.querySelector(".hidden-text").textContent = [name, ...words].join(", ");
    this.button.title = [name, ...words].join("\n");
  }

  #menu() {
    const { status, huddle, snoozed } = this.state;
    const items = [
      { label: status ? "Change your status…" : "Set a status…", run: () => this.#open() },
      huddle
        ? { label: "Leave the huddle", run: () => this.#set({ what: "huddle", minutes: 0 }) }
        : { label: "Start a huddle (30 minutes)", run: () => this.#set({ what: "huddle", minutes: 30 }) },
      ...snoozed
        ? [{ label: "Resume notifications", run: () => this.#set({ what: "snooze", minutes: 0 }) }]
        : [30, 60, 240].map((minutes) => ({
          label: `Pause notifications for ${minutes < 60 ? `${minutes} minutes` : minutes === 60 ? "1 hour" : `${minutes / 60} hours`}`,
          run: () => this.#set({ what: "snooze", minutes }),
        })),
      ...this.shortcuts().map(({ id, name }) => ({ label: name, run: () => this.use(id) })),
    ];
    openMenu(this.button, items, ({ run }) => run());
  }

  #open() {
    this.text.value = this.state.status ? this.presence.status : "";
    this.emoji = "";
    this.ends.value = "0";
    this.#problem("");
    this.dialog.showModal();
    this.text.focus();
  }

  #preset([emoji, picture, text, minutes]) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: `${picture} ${text}` });
    button.addEventListener("click", () => {
      this.text.value = text;
      this.emoji = emoji;
      this.ends.value = String(minutes);
      this.text.focus();
    });
    return button;
  }

  async #save(text, emoji, minutes) {
    try {
      await post("presence", { what: "status", text, emoji, minutes });
      this.dialog.close();
    } catch (error) {
      this.#problem(error.message);
    }
  }

  async #set(change) {
    try {
      await post("presence", change);
    } catch (error) {
      this.say(error.message);
    }
  }

  #problem(text) {
    const problem = this.dialog.querySelector(".problem");
    problem.textContent = text;
    problem.hidden = !text;
  }
}

const until = (seconds) => (seconds ? ` until ${timeOf(moment(seconds))}` : "");
