// The sandbox's page: puts the workspace, the two panes and the address bar together.

import { Composer } from "./composer.js";
import { Controls } from "./controls.js";
import { Drafts } from "./drafts.js";
import { MessageActions } from "./message_actions.js";
import { MessageList } from "./message_list.js";
import { Modal } from "./modal.js";
import { follow, post } from "./server_connection.js";
import { Sidebar, sign } from "./sidebar.js";
import { Tabs } from "./tabs.js";
import { Workspace } from "./workspace_state.js";
import { You } from "./you.js";

const $ = (selector) => document.querySelector(selector);
const workspace = new Workspace();
const WELCOME = {
  im: ["Tell Companion what you are doing", "It stores what you say, and each morning it sends you a summary."],
  channel: ["No messages yet", "Companion does not read channels. Its commands work here too, and only you see the answer."],
};

// The address says what is open: #channel, #channel/tab or #channel/ts-of-the-thread. Back closes
// what was opened.
let place, threadTs, tab;

const actions = new MessageActions(workspace, { boxOf: (list) => (list === thread ? replying : composer), open: openThread });
const doing = {
  act: (...what) => actions.act(...what),
  save: (...what) => actions.save(...what),
  redraw: render,
};
const main = new MessageList($("#messages"), doing);
const thread = new MessageList($("#thread"), doing);
const drafts = new Drafts();
const composer = new Composer($("#messages"), {
  send, drafts, editLast: () => editLast(main), commands: () => workspace.commands ?? [],
});
const replying = new Composer($("#thread"), { send: reply, drafts, editLast: () => editLast(thread) });
const sidebar = new Sidebar($("#places"));
const tabs = new Tabs($("main"), (wanted) => turnTo(wanted === "messages" ? "" : wanted));
const modal = new Modal($("#modal"));
const you = new You($("#you"), $("#status"), {
  say,
  shortcuts: () => workspace.shortcuts.filter(({ kind }) => kind === "global"),
  use: (callback_id) => post("shortcut", { callback_id }).catch((error) => say(error.message)),
});
for (const [list, box] of [[main, composer], [thread, replying]]) {
  new Controls(list.log, (control) => {
    const message = control.closest(".message");
    return { element: message, target: message.dataset.key };
  }, (text) => box.say(text));
}

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
    if (event.type === "places") navigate();
    else render();
  },
  lost() {
    $("#banner").textContent = "The sandbox does not answer. This page reconnects by itself when the sandbox is back.";
  },
});

function navigate() {
  if (!workspace.places) return;
  const [id, part] = location.hash.slice(1).split("/");
  place = workspace.place(id) ?? workspace.places.find(({ has_home }) => has_home) ?? workspace.places[0];
  const here = place.id === id ? part : undefined;
  tab = place.has_home && ["home", "about"].includes(here) ? here : "messages";
  threadTs = tab === "messages" ? here : undefined;
  render();
  composer.turnTo(place.id);
  replying.turnTo(threadTs ? `${place.id}/${threadTs}` : "");
}

function render() {
  if (!place) return;
  if (!document.hidden && tab === "messages") workspace.markRead(place.id);
  const unread = sidebar.show(workspace, place);
  document.title = `${unread ? `(${unread}) ` : ""}${place.name} · Companion sandbox`;
  renderHeader();
  tabs.show(tab, place, workspace);
  modal.show(workspace.modal);
  you.show(workspace.user.name, workspace.presence);
  const timeline = workspace.timeline(place.id);
  const [title, text] = WELCOME[place.kind];
  $("#empty").hidden = timeline.length > 0;
  $("#empty-title").textContent = title;
  $("#empty-text").textContent = text;
  const [first] = workspace.commands;
  if (first) $("#empty .example").textContent = `${first.name} ${first.hint}`;
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

function renderHeader() {
  const im = place.kind === "im";
  const label = im ? place.name : `#${place.name}`;
  $("h1").textContent = label;
  main.log.ariaLabel = `Messages in ${label}`;
  composer.input.ariaLabel = `Message ${label}`;
  composer.input.placeholder = `Message ${label}, or type /`;
  $("#presence").hidden = !place.has_home;
  $("#presence").replaceChildren(sign("im", workspace.connected), workspace.connected ? "Connected" : "Not connected");
  $("#actions").hidden = !place.has_home || tab === "about";
  for (const button of $("#actions").children) button.hidden = !workspace.actions.includes(button.dataset.action);
}

/** What is between backticks becomes code. */
function withCode(text) {
  return text.split("`").map((piece, number) => number % 2
    ? Object.assign(document.createElement("code"), { textContent: piece }) : piece);
}

function send(text, file) {
  main.toBottom();
  if (file) return post("files", { channel: place.id, text, ...file });
  const command = /^(\/\S*)\s*([^]*)$/.exec(text);
  return command
    ? post("commands", { channel: place.id, command: command[1], text: command[2] })
    : post("messages", { channel: place.id, text });
}

async function reply(text, file) {
  if (text.startsWith("/") && !file) throw new Error("Slack has no commands in threads. Type it in the message box below the channel.");
  thread.toBottom();
  const said = { channel: place.id, text, thread_ts: threadTs };
  return file ? post("files", { ...said, ...file }) : post("messages", said);
}

/** Show what went wrong with something that is done from wherever one is. */
function say(text) {
  if (tab === "home") tabs.say(text);
  else composer.say(text);
}

function turnTo(part) {
  location.hash = part ? `${place.id}/${part}` : place.id;
  navigate();
}

function openThread(message) {
  turnTo(message.thread_ts ?? message.ts);
  replying.input.focus();
}

function closeThread() {
  const ts = threadTs;
  turnTo("");
  main.focus(ts);
}

function editLast(list) {
  const last = list.messages.findLast(({ own, ephemeral }) => own && !ephemeral);
  if (last) list.edit(last);
}

// On a phone this would open the keyboard over the messages.
function focusComposer() {
  if (tab === "messages" && matchMedia("(hover: hover)").matches) composer.input.focus();
}

async function runAction(button) {
  if (button.ariaDisabled === "true") return;
  const label = button.textContent;
  // Not `disabled`: that would take the keyboard's focus away.
  button.ariaDisabled = "true";
  button.textContent = button.dataset.running;
  try {
    await post(`actions/${button.dataset.action}`);
    say("");
  } catch (error) {
    say(error.message);
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
  if (event.key === "Escape" && !event.defaultPrevented && threadTs && !$("dialog[open]")) closeThread();
});
