// When the log-in is over, a dialog asks for it anew; then what was refused is asked once more, so that no form is lost.
import htmx from "./htmx.js";

const again = document.getElementById("again");
let refused = null;

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const config = detail.requestConfig;
  if (detail.xhr.status !== 401 || config.path === "/login") return;
  // Who is typing a password is not to be disturbed by what the page asks by itself.
  if (again.open) detail.shouldSwap = false;
  else refused = config;
});

document.addEventListener("htmx:beforeOnLoad", ({ detail }) => {
  if (detail.xhr.status === 403) refused = detail.requestConfig;
});

document.addEventListener("loggedin", ({ detail }) => {
  if (detail.account !== document.body.dataset.account) {
    location.reload();
    return;
  }
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRF-Token": detail.csrf }));
  if (again.open) again.close();
  const config = refused;
  refused = null;
  if (config === null || config.again || !document.contains(config.elt)) return;
  const values = {};
  for (const name of config.formData.keys()) values[name] = config.formData.getAll(name);
  config.elt.addEventListener("htmx:configRequest", (event) => { event.detail.again = true; }, { once: true });
  htmx.ajax(config.verb, config.path, { source: config.elt, target: config.target, values });
});

again.addEventListener("cancel", () => { refused = null; });
