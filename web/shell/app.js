import "./htmx.js";
import "htmx-ext-sse";
import "./dialogs.js";
import "./log_in_again.js";
import "./notices.js";
import "../desk/desk.js";
import "../member/copy.js";
import "../school/office.js";
import "../gate/gate.js";
import "../gate/scans.js";

// Tests and styles know by this that what is on the page answers.
document.documentElement.classList.add("ready");
