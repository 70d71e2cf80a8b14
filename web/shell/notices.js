// Notices go by themselves unless something was refused; what is lost is said for as long as it is.
const notices = document.getElementById("notices");
const STAY = 10000;

new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const notice of addedNodes) {
      if (!(notice instanceof Element) || notice.matches(".notice-lost, .notice-kept")) continue;
      if (!notice.classList.contains("notice-refused")) setTimeout(() => notice.remove(), STAY);
      while (notices.children.length > 4) notices.firstElementChild.remove();
    }
  }
}).observe(notices, { childList: true });

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-dismiss]")) target.closest(".notice").remove();
});

function lost(yes) {
  const known = notices.querySelector(".notice-lost");
  if (!yes) {
    if (known) known.remove();
  } else if (!known) {
    const notice = document.createElement("div");
    notice.className = "notice notice-lost";
    notice.setAttribute("role", "alert");
    notice.textContent = document.body.dataset.lost;
    notices.prepend(notice);
  }
}

document.addEventListener("htmx:sendError", () => lost(true));
document.addEventListener("htmx:timeout", () => lost(true));
document.addEventListener("htmx:afterOnLoad", () => lost(false));

// What was refused before is over once something else is done.
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.requestConfig.verb === "get") return;
  for (const old of notices.querySelectorAll(".notice-refused")) old.remove();
});

// A second press while the first is under way would do the same once more.
document.addEventListener("htmx:confirm", (event) => {
  const { elt, triggeringEvent } = event.detail;
  const pressed = triggeringEvent && ["click", "submit"].includes(triggeringEvent.type);
  if (pressed && "going" in elt.dataset) event.preventDefault();
});
document.addEventListener("htmx:beforeRequest", ({ detail }) => { detail.elt.dataset.going = ""; });
document.addEventListener("htmx:afterRequest", ({ detail }) => { delete detail.elt.dataset.going; });

let going = 0;
document.addEventListener("htmx:beforeRequest", () => { document.body.classList.toggle("busy", ++going > 0); });
document.addEventListener("htmx:afterRequest", () => { document.body.classList.toggle("busy", --going > 0); });
