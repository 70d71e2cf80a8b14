// A dialog opens when something is loaded into it, and is empty when it is closed.
document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (!(target instanceof HTMLDialogElement)) return;
  if (target.firstElementChild === null) {
    if (target.open) target.close();
  } else if (!target.open) {
    target.showModal();
  }
});

document.addEventListener("close", ({ target }) => {
  if (target instanceof HTMLDialogElement) target.textContent = "";
}, true);

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-close]")) target.closest("dialog").close();
  else if (target instanceof HTMLDialogElement) target.close(); // beside it
});
