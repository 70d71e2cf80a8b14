// The code that is shown is that of now, by the service's clock; those of the next minutes are there already, so that
// the phone may lose the network meanwhile.
let ahead = 0; // the service's clock before ours, in milliseconds

function turn() {
  const codes = document.getElementById("codes");
  if (!codes) return;
  const now = Date.now() + ahead;
  for (const code of codes.querySelectorAll(".code")) {
    code.hidden = !(Number(code.dataset.start) <= now && now < Number(code.dataset.end));
  }
}

function set() {
  const codes = document.getElementById("codes");
  if (codes && Number(codes.dataset.moment)) ahead = Number(codes.dataset.moment) - Date.now();
  turn();
}

set();
setInterval(turn, 1000);
document.addEventListener("htmx:afterSettle", set);
