// How one message is drawn.

import { nameGroups } from "./controls.js";
import { fullOf, localizeTimes, moment, timeOf } from "./local_times.js";

export const copy = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

export function dayBreak(label) {
  const node = document.createElement("h2");
  node.className = "day";
  node.append(Object.assign(document.createElement("span"), { textContent: label }));
  return node;
}

export function messageNode(message, joined, count) {
  const node = copy("message");
  const part = (name) => node.querySelector(`.${name}`);
  const when = moment(message.ts);
  node.ariaLabel = `${message.user_name}, ${timeOf(when)}`;
  node.classList.toggle("joined", joined);
  node.classList.toggle("bot", message.is_bot);
  node.classList.toggle("ephemeral", message.ephemeral);
  node.classList.toggle("deleted", message.deleted);
  part("avatar").textContent = message.user_name.charAt(0).toUpperCase();
  part("avatar").classList.add(`hue-${[...message.user_name].reduce((sum, sign) => sum + sign.codePointAt(0), 0) % 4}`);
  part("author").textContent = message.user_name;
  Object.assign(part("when"), { textContent: timeOf(when), dateTime: when.toISOString(), title: fullOf(when) });
  if (message.answers) part("typed").textContent = message.answers;
  part("text").innerHTML = message.html; // rendered and made safe by the server
  if (message.edited) lastParagraph(part("text")).append(" ", editedMark());
  localizeTimes(part("text"));
  nameGroups(part("text"));
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
    "[data-do=react], [data-do=more]": message.deleted,
  };
  for (const [selector, unwanted] of Object.entries(superfluous)) {
    if (unwanted) node.querySelectorAll(selector).forEach((element) => element.remove());
  }
  return node;
}

const lastParagraph = (text) => (text.lastElementChild?.matches("p") ? text.lastElementChild : text);
const editedMark = () => Object.assign(document.createElement("small"), { className: "edited", textContent: "(edited)" });

function reaction({ name, emoji, count, own }) {
  const node = Object.assign(document.createElement("button"), { type: "button", title: `:${name}:`, textContent: `${emoji} ${count}` });
  Object.assign(node.dataset, { do: "reaction", name });
  node.ariaLabel = `${name.replaceAll("_", " ")}, ${count}`;
  node.ariaPressed = String(own);
  return node;
}
