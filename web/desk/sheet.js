// A school's week: a post that is chosen is told about beside the sheet; a name is carried to another post by the mouse, or
// with the keys (M picks it up, Enter puts it down, Escape lets it go). Every change can be taken back in turn.
import htmx from "../shell/htmx.js";

let carried = null; // the cell whose holder is being moved
let chosen = null; // the post that the panel tells about, as { shift, role, index }
let asking = false; // whether an edit is on its way
const undos = []; // what takes each edit back: { address, edits, shifts }, with the tags that it made, and those it was built on

const sheet = () => document.querySelector("table.sheet");
const postOf = (cell) => ({
  shift: cell.parentElement.dataset.shift,
  role: cell.dataset.role,
  index: Number(cell.dataset.index),
});
const cellAt = (target) => target.closest && target.closest(".sheet td[data-role]");
const editable = () => sheet() && sheet().classList.contains("edits");

function cellOf(post) {
  const row = Array.from(sheet().querySelectorAll("tr[data-shift]")).find((r) => r.dataset.shift === post.shift);
  return row && row.querySelector(`td[data-role="${CSS.escape(post.role)}"][data-index="${post.index}"]`);
}

function tagsOf(edits) {
  const shifts = new Set();
  for (const edit of edits) {
    for (const post of [edit, edit.to, edit.other]) if (post) shifts.add(post.shift);
  }
  return Array.from(sheet().querySelectorAll("tr[data-shift]"))
    .filter((row) => shifts.has(row.dataset.shift))
    .map((row) => row.dataset.etag);
}

// On the list of open posts, which shows no sheet, what has changed comes with the next look at the week.
function send(edits, { address = sheet().dataset.address, tags = tagsOf(edits), undoing = false } = {}) {
  htmx.ajax("POST", address, {
    source: document.getElementById(sheet() ? "sheet" : "open"),
    target: sheet() ? "#sheet" : "#open",
    swap: sheet() ? "outerHTML" : "none",
    values: { edits: JSON.stringify(edits), tags: tags.join(" "), undoing },
  });
}

// Who has changed these posts since is not undone: what is taken back builds on what the edit made.
function takeBack() {
  const last = undos[undos.length - 1];
  if (!last || asking) return;
  send(last.edits, { address: last.address, tags: Object.keys(last.shifts).map((id) => last.shifts[id]), undoing: true });
}

// The shifts are again as they were before an edit that was taken back: what was done before that can be, too.
function rewind({ built }, shifts) {
  for (const { shifts: earlier } of undos) {
    for (const id of Object.keys(shifts)) if (built.includes(earlier[id])) earlier[id] = shifts[id];
  }
}

// Choosing

function choose(cell) {
  for (const other of document.querySelectorAll(".sheet .chosen")) other.classList.remove("chosen");
  chosen = cell && postOf(cell);
  const panel = document.getElementById("panel");
  htmx.trigger(panel, "htmx:abort"); // what was chosen before is never shown after this
  if (!cell) {
    panel.textContent = "";
    return;
  }
  cell.classList.add("chosen");
  const query = Object.keys(chosen).map((name) => `${name}=${encodeURIComponent(chosen[name])}`).join("&");
  htmx.ajax("GET", `${sheet().dataset.post}?${query}`, { source: panel, target: panel, swap: "innerHTML" });
}

// Carrying

function carry(cell) {
  drop();
  carried = cell;
  cell.classList.add("carried");
  document.body.classList.add("carrying");
}

function drop() {
  for (const cell of document.querySelectorAll(".sheet .carried, .sheet .over")) cell.classList.remove("carried", "over");
  document.body.classList.remove("carrying");
  carried = null;
}

function put(cell) {
  const from = postOf(carried);
  const to = postOf(cell);
  const same = cell === carried;
  drop();
  if (same) return;
  send([cell.classList.contains("held") ? { kind: "exchange", ...from, other: to } : { kind: "move", ...from, to }]);
}

document.addEventListener("dragstart", (event) => {
  const cell = cellAt(event.target);
  if (!cell || !editable()) return;
  event.dataTransfer.setData("text/plain", cell.textContent.trim());
  event.dataTransfer.effectAllowed = "move";
  carry(cell);
});

document.addEventListener("dragover", (event) => {
  const cell = carried && cellAt(event.target);
  for (const other of document.querySelectorAll(".sheet .over")) if (other !== cell) other.classList.remove("over");
  if (!cell || cell === carried) return;
  event.preventDefault();
  cell.classList.add("over");
});

document.addEventListener("drop", (event) => {
  const cell = carried && cellAt(event.target);
  if (!cell) return;
  event.preventDefault();
  put(cell);
});

document.addEventListener("dragend", drop);

// Mouse and keys

document.addEventListener("click", ({ target }) => {
  const cell = cellAt(target);
  if (cell && carried) put(cell);
  else if (cell) choose(cell);
  const button = target.closest("button");
  if (!button) return;
  if (button.dataset.edits) {
    const tags = button.dataset.tags ? button.dataset.tags.split(" ") : undefined;
    send(JSON.parse(button.dataset.edits), { address: sheet() ? undefined : button.dataset.address, tags });
  } else if ("carry" in button.dataset && chosen) {
    const from = cellOf(chosen);
    carry(from);
    from.querySelector("button").focus();
  } else if ("closePanel" in button.dataset) {
    leave();
  } else if ("undo" in button.dataset) {
    takeBack();
  }
});

function leave() {
  const cell = chosen && cellOf(chosen);
  choose(null);
  if (cell) cell.querySelector("button").focus();
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

document.addEventListener("keydown", (event) => {
  const cell = sheet() && cellAt(event.target);
  if (event.key === "Escape" && carried) drop();
  else if (event.key === "Escape" && chosen && !document.querySelector("dialog[open]")) leave();
  else if (cell && event.key in STEPS) step(event, cell);
  else if (cell && event.key.toLowerCase() === "m" && !event.ctrlKey && editable() && cell.classList.contains("held")) carry(cell);
  else if (event.key === "z" && (event.ctrlKey || event.metaKey) && !event.target.closest("input, textarea, dialog") && undos.length) {
    event.preventDefault();
    takeBack();
  }
});

function step(event, cell) {
  event.preventDefault();
  const [rows, columns] = STEPS[event.key];
  const lines = Array.from(sheet().querySelectorAll("tr[data-shift]"));
  const places = (row) => Array.from(row.querySelectorAll("td"));
  const row = lines[lines.indexOf(cell.parentElement) + rows];
  const next = row && places(row)[places(cell.parentElement).indexOf(cell) + columns];
  const button = next && next.querySelector("button");
  if (button) button.focus();
}

// What was done

document.addEventListener("edited", ({ detail: { address, undo, shifts, built, undoing } }) => {
  if (undoing) rewind(undos.pop(), shifts);
  else undos.push({ address, edits: undo, shifts, built });
  if (!sheet()) htmx.trigger(document.body, "planchanged");
});

const ofSheet = ({ detail: { requestConfig } }) => ["sheet", "open"].includes(requestConfig.elt.id) && requestConfig.verb === "post";

document.addEventListener("htmx:beforeRequest", (event) => { if (ofSheet(event)) asking = true; });
document.addEventListener("htmx:afterRequest", (event) => { if (ofSheet(event)) asking = false; });

// What can't be taken back is in the way of nothing before it.
document.addEventListener("htmx:responseError", (event) => {
  if (!ofSheet(event) || event.detail.requestConfig.formData.get("undoing") !== "true") return;
  if ([404, 409, 412].includes(event.detail.xhr.status)) undos.pop();
  tellUndos();
});

function tellUndos() {
  for (const button of document.querySelectorAll("[data-undo]")) button.disabled = undos.length === 0;
}

// A name can be carried from when the script is there to carry it.
function arm() {
  for (const button of document.querySelectorAll(".sheet.edits td.held button")) button.draggable = true;
}

document.addEventListener("htmx:afterSettle", ({ target }) => {
  tellUndos();
  if (target.id !== "sheet") return;
  arm();
  if (carried && !document.contains(carried)) drop();
  const cell = chosen && cellOf(chosen);
  if (cell) choose(cell);
});

arm();

// From the city's week one comes to a shift, from the list of open posts to one of them.
if (sheet() && location.hash) {
  const [date, windowId, role] = decodeURIComponent(location.hash.slice(1)).split("/");
  const row = Array.from(sheet().querySelectorAll("tr[data-shift]")).find((r) => r.dataset.shift.endsWith(`/${date}/${windowId}`));
  if (row) {
    row.classList.add("meant");
    row.scrollIntoView({ block: "center" });
    const open = Array.from(row.querySelectorAll("td.short, td.open")).find((cell) => cell.dataset.role === role);
    if (open) choose(open);
  }
}
