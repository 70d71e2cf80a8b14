// Who looks after several schools goes from one to the other.
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-go]")) location.href = target.value;
});

// The tab that is open is in sight, however narrow the screen.
const tab = document.querySelector(".tabs [aria-current]");
if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.clientWidth / 3;
