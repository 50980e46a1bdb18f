// Menus: one list of choices at a time, below what opened it, for the mouse and for the keyboard.

let close = () => {};

/** Open a menu at `trigger`. `items` have a `label`, maybe `danger`; `pick(item)` gets the choice. */
export function openMenu(trigger, items, pick, { grid = false } = {}) {
  const again = trigger.ariaExpanded === "true";
  close();
  if (again) return;
  const menu = document.createElement("div");
  menu.className = grid ? "menu grid" : "menu";
  menu.role = "menu";
  menu.popover = "manual"; // above everything, also above an open dialog
  menu.ariaLabel = trigger.ariaLabel ?? trigger.textContent;
  menu.append(...items.map((item) => choice(item, () => { close(); pick(item); })));
  // What is outside of an open dialog cannot be reached.
  (trigger.closest("dialog") ?? document.body).append(menu);
  menu.showPopover();
  place(menu, trigger);
  trigger.ariaExpanded = "true";
  menu.firstElementChild.focus();

  menu.addEventListener("keydown", (event) => walk(event, menu));
  const outside = (event) => !menu.contains(event.target) && !trigger.contains(event.target) && close(false);
  document.addEventListener("pointerdown", outside);
  close = (back = true) => {
    close = () => {};
    document.removeEventListener("pointerdown", outside);
    menu.remove();
    trigger.ariaExpanded = "false";
    if (back) trigger.focus();
  };
}

function choice({ label, name, danger }, pick) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
  button.role = "menuitem";
  if (name) button.ariaLabel = button.title = name;
  button.tabIndex = -1;
  button.classList.toggle("danger", Boolean(danger));
  button.addEventListener("click", pick);
  return button;
}

function place(menu, trigger) {
  const box = trigger.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = box.bottom + 4 + height <= innerHeight;
  menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, below ? box.bottom + 4 : box.top - height - 4)}px`;
}

function walk(event, menu) {
  const items = [...menu.children];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (next !== undefined) items[(next + items.length) % items.length].focus();
  else if (event.key === "Escape" || event.key === "Tab") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
