// The city's week: thousands of cells, and every listener on the table alone. The arrow keys go from cell to cell, Enter
// opens the school at that shift, and a line below says what the cell stands for.

function cellOf(target) {
  const cell = target.closest(".heat td");
  return cell === null || cell.classList.contains("n") ? null : cell;
}

function open(cell) {
  const column = columnOf(cell);
  const link = cell.parentElement.querySelector("a");
  location.href = `${link.getAttribute("href")}#${column.date}/${column.window}`;
}

function columnOf(cell) {
  const head = cell.closest("table").tHead;
  const windowHead = head.rows[1].cells[cell.cellIndex - 1];
  let left = cell.cellIndex - 1;
  for (const day of head.querySelectorAll(".day")) {
    if (left < day.colSpan) {
      return { date: day.dataset.date, day: day.textContent, window: windowHead.dataset.window, name: windowHead.textContent };
    }
    left -= day.colSpan;
  }
  return null;
}

function tell(cell) {
  const { day, name } = columnOf(cell);
  const { filled, pinned } = cell.closest("table").dataset;
  const school = cell.parentElement.querySelector("a").textContent;
  const more = cell.classList.contains("p") ? `, ${pinned}` : "";
  document.getElementById("heat-told").textContent = `${school} · ${day} · ${name}: ${cell.dataset.f} ${filled}${more}`;
}

function go(cell, rows, columns) {
  let row = cell.parentElement;
  for (let left = Math.abs(rows); left > 0;) {
    let next = rows > 0 ? row.nextElementSibling : row.previousElementSibling;
    if (next === null) {
      const body = rows > 0 ? row.parentElement.nextElementSibling : row.parentElement.previousElementSibling;
      if (body === null || body.tagName !== "TBODY") return;
      next = rows > 0 ? body.firstElementChild : body.lastElementChild;
    }
    row = next;
    if (row.dataset.site && !row.hidden) left -= 1;
  }
  let place = row.cells[cell.cellIndex + columns];
  while (place && place.tagName === "TD" && place.classList.contains("n")) place = row.cells[place.cellIndex + (columns || 1)];
  if (place && place.tagName === "TD") focus(place);
  else if (place && columns < 0) place.querySelector("a").focus();
}

function focus(cell) {
  for (const other of cell.closest("table").querySelectorAll("td[tabindex]")) other.removeAttribute("tabindex");
  cell.tabIndex = 0;
  cell.focus();
}

document.addEventListener("click", ({ target }) => {
  const cell = cellOf(target);
  if (cell) open(cell);
});

document.addEventListener("mouseover", ({ target }) => {
  const cell = cellOf(target);
  if (cell) tell(cell);
});

document.addEventListener("focusin", ({ target }) => {
  const cell = cellOf(target);
  if (cell) tell(cell);
});

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-10, 0], PageDown: [10, 0] };

document.addEventListener("keydown", (event) => {
  const head = event.target.closest(".heat th[scope=row]");
  const cell = head || cellOf(event.target);
  if (!cell) return;
  if (event.key in STEPS) {
    event.preventDefault();
    if (head && STEPS[event.key][1] === 0) {
      goHead(head, STEPS[event.key][0]);
    } else {
      go(cell, ...STEPS[event.key]);
    }
  } else if (event.key === "Enter" && !head) {
    open(cell);
  }
});

function goHead(head, rows) {
  const links = Array.from(head.closest("table").querySelectorAll("th[scope=row] a")).filter((a) => a.offsetParent);
  const at = links.indexOf(head.querySelector("a")) + rows;
  if (links[at]) links[at].focus();
}

// Finding a school hides the others at once, without asking.
document.addEventListener("input", ({ target }) => {
  if (target.dataset.find) find(target);
});

document.addEventListener("htmx:afterSettle", ({ target }) => {
  const field = document.querySelector("[data-find]");
  if (field && field.value && target.matches(field.dataset.find)) find(field);
});

function find(field) {
  const wanted = field.value.trim().toLowerCase();
  for (const body of document.querySelectorAll(`${field.dataset.find} tbody`)) {
    let shown = 0;
    for (const row of body.querySelectorAll("tr[data-site]")) {
      row.hidden = wanted !== "" && !row.querySelector("a").textContent.toLowerCase().includes(wanted) && row.dataset.site.toLowerCase() !== wanted;
      shown += row.hidden ? 0 : 1;
    }
    body.hidden = shown === 0;
  }
}

// The first cell can be reached with the tabulator; from there the arrows go on.
function reach() {
  const first = document.querySelector(".heat td:not(.n)");
  if (first && !document.querySelector(".heat td[tabindex]")) first.tabIndex = 0;
}
reach();
document.addEventListener("htmx:afterSettle", reach);
