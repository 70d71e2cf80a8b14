// What dispatchers do with the mouse and the keys.
import htmx from "../shell/htmx.js";
import "./heat.js";
import "./sheet.js";

// The end of a run changes the week.
document.addEventListener("htmx:sseClose", () => htmx.trigger(document.body, "planchanged"));

document.addEventListener("closedialog", () => {
  const dialog = document.getElementById("dialog");
  if (dialog.open) dialog.close();
});

document.addEventListener("click", ({ target }) => {
  const emptied = target.closest("[data-empty]");
  if (emptied) document.querySelector(emptied.dataset.empty).textContent = "";
  const dropped = target.closest("[data-drop]");
  if (dropped) dropped.closest(dropped.dataset.drop).remove();
  if (target.closest("[data-print]")) window.print();
});

// A choice that is asked for at once.
document.addEventListener("change", ({ target }) => {
  const form = target.closest("form[data-submit]");
  if (form) form.submit();
});
