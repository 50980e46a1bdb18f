// The sandbox's page: puts the workspace, the two panes and the address bar together.

import { Composer } from "./composer.js";
import { Drafts } from "./drafts.js";
import { MessageList } from "./message_list.js";
import { follow, post } from "./server_connection.js";
import { Workspace } from "./workspace_state.js";

const $ = (selector) => document.querySelector(selector);
const workspace = new Workspace();
const WELCOME = {
  im: ["Tell Companion what you are doing", "It stores what you say, and each morning it sends you a summary."],
  channel: ["No messages yet", "Companion does not read channels. Its command works here too, and only you see the answer."],
};

// The address says what is open: #channel or #channel/ts-of-the-thread. Back closes what was opened.
let place, threadTs;

const main = new MessageList($("main"), { act, save, redraw: render });
const thread = new MessageList($("#thread"), { act, save, redraw: render });
const drafts = new Drafts();
const composer = new Composer($("main"), { send, drafts, editLast: () => editLast(main) });
const replying = new Composer($("#thread"), { send: reply, drafts, editLast: () => editLast(thread) });

follow({
  loaded(state) {
    const first = !place;
    workspace.load(state);
    drafts.open(state.team_id);
    $("#banner").textContent = "";
    navigate();
    if (first) focusComposer();
  },
  changed(event) {
    workspace.apply(event);
    render();
  },
  lost() {
    $("#banner").textContent = "The sandbox does not answer. This page reconnects by itself when the sandbox is back.";
  },
});

function navigate() {
  if (!workspace.places) return;
  const [id, ts] = location.hash.slice(1).split("/");
  place = workspace.place(id) ?? workspace.places.find(({ kind }) => kind === "im") ?? workspace.places[0];
  threadTs = place.id === id ? ts : undefined;
  render();
  composer.turnTo(place.id);
  replying.turnTo(threadTs ? `${place.id}/${threadTs}` : "");
}

function render() {
  if (!place) return;
  if (!document.hidden) workspace.markRead(place.id);
  renderPlaces();
  renderHeader();
  const timeline = workspace.timeline(place.id);
  const [title, text] = WELCOME[place.kind];
  $("#empty").hidden = timeline.length > 0;
  $("#empty-title").textContent = title;
  $("#empty-text").textContent = text;
  $("#note").replaceChildren(...withCode(workspace.note));
  main.show(place.id, timeline, ({ ts }) => workspace.replies(place.id, ts).length);
  renderThread();
}

function renderThread() {
  const parent = threadTs && workspace.message(place.id, threadTs);
  const replies = threadTs ? workspace.replies(place.id, threadTs) : [];
  const open = Boolean(parent) || replies.length > 0; // a deleted message leaves its replies
  $("#thread").hidden = !open;
  document.body.classList.toggle("threaded", open);
  if (open) thread.show(`${place.id}/${threadTs}`, parent ? [parent, ...replies] : replies);
}

function renderPlaces() {
  $("#team").textContent = workspace.team;
  let total = 0;
  const items = workspace.places.map(({ id, name, kind }) => {
    const unread = workspace.unread(id);
    total += unread;
    const item = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href: `#${id}` });
    if (id === place.id) link.ariaCurrent = "page";
    link.append(sign(kind), name);
    if (kind === "im") link.append(hiddenText(workspace.connected ? "(connected)" : "(not connected)"));
    if (unread) {
      const badge = Object.assign(document.createElement("span"), { className: "unread", textContent: unread });
      badge.append(hiddenText(" unread"));
      link.append(" ", badge);
    }
    item.append(link);
    return item;
  });
  const list = $("#places ul");
  const focused = document.activeElement.closest?.("#places a")?.hash;
  list.replaceChildren(...items);
  if (focused) list.querySelector(`a[href="${focused}"]`)?.focus();
  document.title = `${total ? `(${total}) ` : ""}${place.name} · Companion sandbox`;
}

function renderHeader() {
  const im = place.kind === "im";
  const label = im ? place.name : `#${place.name}`;
  $("h1").textContent = label;
  main.log.ariaLabel = `Messages in ${label}`;
  composer.input.ariaLabel = `Message ${label}`;
  composer.input.placeholder = `Message ${label}, or type /`;
  $("#presence").hidden = !im;
  $("#presence").replaceChildren(sign("im"), workspace.connected ? "Connected" : "Not connected");
  $("#actions").hidden = !im;
  for (const button of $("#actions").children) button.hidden = !workspace.actions.includes(button.dataset.action);
}

function sign(kind) {
  const node = Object.assign(document.createElement("span"), { className: "sign" });
  node.ariaHidden = "true";
  if (kind === "im") node.classList.add("dot", workspace.connected ? "on" : "off");
  else node.textContent = "#";
  return node;
}

/** What is between backticks becomes code. */
function withCode(text) {
  return text.split("`").map((piece, number) => number % 2
    ? Object.assign(document.createElement("code"), { textContent: piece }) : piece);
}

function hiddenText(text) {
  return Object.assign(document.createElement("span"), { className: "hidden-text", textContent: text });
}

function send(text) {
  main.toBottom();
  const command = /^(\/\S*)\s*([^]*)$/.exec(text);
  return command
    ? post("commands", { channel: place.id, command: command[1], text: command[2] })
    : post("messages", { channel: place.id, text });
}

async function reply(text) {
  if (text.startsWith("/")) throw new Error("Slack has no commands in threads. Type it in the message box below the channel.");
  thread.toBottom();
  return post("messages", { channel: place.id, text, thread_ts: threadTs });
}

function act(name, message, list) {
  if (name === "edit") list.edit(message);
  if (name === "cancel") attempt(list, () => list.edit(null));
  if (name === "delete") confirmDelete(message, list);
  if (name !== "thread") return;
  location.hash = `${message.channel}/${message.thread_ts ?? message.ts}`;
  navigate();
  replying.input.focus();
}

async function save(message, text, list) {
  if (!text) return confirmDelete(message, list);
  await attempt(list, async () => {
    if (text !== message.raw) await post("edit", { channel: message.channel, ts: message.ts, text });
    list.edit(null);
  });
}

function confirmDelete(message, list) {
  const dialog = $("#confirm");
  dialog.querySelector("blockquote").textContent = message.raw;
  dialog.returnValue = "";
  dialog.onclose = () => dialog.returnValue === "delete" && attempt(list, async () => {
    await post("delete", { channel: message.channel, ts: message.ts });
    list.edit(null);
  });
  dialog.showModal();
}

/** Do some work, then put the cursor back below the list; show there what went wrong. */
async function attempt(list, work) {
  const box = list === thread ? replying : composer;
  try {
    await work();
    box.say("");
    if (list !== thread || !$("#thread").hidden) box.input.focus();
  } catch (error) {
    box.say(error.message);
  }
}

function editLast(list) {
  const last = list.messages.findLast(({ own, ephemeral }) => own && !ephemeral);
  if (last) list.edit(last);
}

function closeThread() {
  const ts = threadTs;
  location.hash = place.id;
  navigate();
  main.focus(ts);
}

// On a phone this would open the keyboard over the messages.
function focusComposer() {
  if (matchMedia("(hover: hover)").matches) composer.input.focus();
}

async function runAction(button) {
  if (button.ariaDisabled === "true") return;
  const label = button.textContent;
  // Not `disabled`: that would take the keyboard's focus away.
  button.ariaDisabled = "true";
  button.textContent = button.dataset.running;
  try {
    await post(`actions/${button.dataset.action}`);
    composer.say("");
  } catch (error) {
    composer.say(error.message);
  } finally {
    button.ariaDisabled = "false";
    button.textContent = label;
  }
}

$("#actions").addEventListener("click", (event) => event.target.matches("button") && runAction(event.target));
$("#places").addEventListener("click", (event) => event.target.closest("a") && setTimeout(focusComposer));
$("#empty .example").addEventListener("click", (event) => composer.fill(event.target.textContent));
$("#thread .bar").addEventListener("click", (event) => event.target.closest(".close") && closeThread());
window.addEventListener("hashchange", navigate);
document.addEventListener("visibilitychange", render);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && threadTs && !$("#confirm").open) closeThread();
});
