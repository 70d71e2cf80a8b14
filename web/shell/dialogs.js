// A dialog opens when something is loaded into it and answers, and is empty when it is closed.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const dialog = detail.target;
  if (dialog instanceof HTMLDialogElement && dialog.firstElementChild && !dialog.open) dialog.showModal();
});

document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target instanceof HTMLDialogElement && target.firstElementChild === null && target.open) target.close();
});

document.addEventListener("close", ({ target }) => {
  if (target instanceof HTMLDialogElement) target.textContent = "";
}, true);

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-close]")) target.closest("dialog").close();
  else if (target instanceof HTMLDialogElement) target.close(); // beside it
});

// What a dialog's form is refused for is said in it: beside it nobody would see it.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const open = document.querySelector("#dialog[open]");
  if (!open || detail.target.id !== "notices") return;
  let said = open.querySelector(".dialog-said");
  if (!said) {
    said = document.createElement("div");
    said.className = "dialog-said";
    open.appendChild(said);
  }
  said.textContent = "";
  detail.target = said;
});
