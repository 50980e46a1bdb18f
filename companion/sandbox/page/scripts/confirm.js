// Asks before something is done that the person may not mean.

const dialog = document.getElementById("confirm");

/** Whether the person says yes. All is HTML that the page or the server made, but for the `quote`. */
export function confirmed({ title, text, quote = "", confirm, deny, style = "danger" }) {
  dialog.querySelector("h2").innerHTML = title;
  dialog.querySelector("p").innerHTML = text;
  dialog.querySelector("blockquote").textContent = quote;
  dialog.querySelector("blockquote").hidden = !quote;
  dialog.querySelector(".deny").innerHTML = deny;
  const yes = dialog.querySelector(".yes");
  yes.innerHTML = confirm;
  yes.className = `button yes ${style}`;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
