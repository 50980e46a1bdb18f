// What the page knows about the workspace: channels, messages, what is unread. No DOM in here.

const READ = "companion-sandbox-read";

export class Workspace {
  #messages = new Map(); // "channel ts" → message
  #read = recall(); // channel → ts of the newest one seen

  load(state) {
    Object.assign(this, state);
    this.#messages = new Map(state.messages.map((message) => [keyOf(message), message]));
    this.#takePlaces(state.places);
  }

  #takePlaces(places) {
    this.places = places;
    // What is there at the first visit of a channel is not unread.
    for (const { id } of places) this.#read[id] ??= this.#newest(id);
  }

  apply(event) {
    if (event.type === "message") this.#messages.set(keyOf(event.message), event.message);
    if (event.type === "deleted") this.#messages.delete(keyOf(event));
    if (event.type === "connection") this.connected = event.connected;
    if (event.type === "places") this.#takePlaces(event.places);
    if (event.type === "views") Object.assign(this, { modal: event.modal, home: event.home });
    if (event.type === "presence") this.presence = event.presence;
  }

  place(id) {
    return this.places.find((place) => place.id === id);
  }

  message(channel, ts) {
    return this.#messages.get(keyOf({ channel, ts }));
  }

  /** What a channel shows, oldest first: everything but the replies. */
  timeline(channel) {
    return this.#sorted((message) => message.channel === channel && !message.thread_ts);
  }

  replies(channel, ts) {
    return this.#sorted((message) => message.channel === channel && message.thread_ts === ts);
  }

  unread(channel) {
    const read = this.#read[channel];
    return this.#sorted((m) => m.channel === channel && m.ts > read && !m.own).length;
  }

  markRead(channel) {
    this.#read[channel] = this.#newest(channel);
    remember(this.#read);
  }

  #newest(channel) {
    return this.#sorted((message) => message.channel === channel).at(-1)?.ts ?? "";
  }

  // A ts has a fixed width, so its text order is its time order.
  #sorted(wanted) {
    return [...this.#messages.values()].filter(wanted).sort((a, b) => (a.ts < b.ts ? -1 : 1));
  }
}

function keyOf({ channel, ts }) {
  return `${channel} ${ts}`;
}

// A browser may forbid storage; then a reload forgets what was unread, and nothing else.
function recall() {
  try {
    return JSON.parse(localStorage.getItem(READ)) ?? {};
  } catch {
    return {};
  }
}

function remember(read) {
  try {
    localStorage.setItem(READ, JSON.stringify(read));
  } catch { /* as above */ }
}
