// The list of channels and apps, with what is unread in each.

export class Sidebar {
  constructor(nav) {
    this.nav = nav;
    this.lists = [...nav.querySelectorAll("ul")];
  }

  /** Draw it for a workspace in which `place` is open; returns how much is unread in all places. */
  show(workspace, place) {
    this.nav.querySelector("#team").textContent = workspace.team;
    const focused = document.activeElement.closest?.("#places a")?.hash;
    let total = 0;
    for (const list of this.lists) {
      const items = workspace.places.filter(({ kind }) => kind === list.dataset.kind).map((each) => {
        const unread = workspace.unread(each.id);
        total += unread;
        return entry(each, each.id === place.id, unread, workspace.connected);
      });
      list.replaceChildren(...items);
    }
    if (focused) this.nav.querySelector(`a[href="${focused}"]`)?.focus();
    return total;
  }
}

function entry({ id, name, kind, has_home }, current, unread, connected) {
  const item = document.createElement("li");
  const link = Object.assign(document.createElement("a"), { href: `#${id}` });
  if (current) link.ariaCurrent = "page";
  link.append(sign(kind, connected || !has_home), name);
  if (has_home) link.append(hiddenText(connected ? "(connected)" : "(not connected)"));
  if (unread) {
    const badge = Object.assign(document.createElement("span"), { className: "unread", textContent: unread });
    badge.append(hiddenText(" unread"));
    link.append(" ", badge);
  }
  item.append(link);
  return item;
}

export function sign(kind, connected) {
  const node = Object.assign(document.createElement("span"), { className: "sign" });
  node.ariaHidden = "true";
  if (kind === "im") node.classList.add("dot", connected ? "on" : "off");
  else node.textContent = "#";
  return node;
}

function hiddenText(text) {
  return Object.assign(document.createElement("span"), { className: "hidden-text", textContent: text });
}
