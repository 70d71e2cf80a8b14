// A scan stays on the phone until the service has answered it, since networks at gates are poor: it is sent again by itself,
// under its first key and with its first time, and by any page of its member if its own was closed meanwhile.
import htmx from "../shell/htmx.js";

const PLACE = "huxue-scans";
const LONGEST = 30000; // milliseconds between two tries
const PATIENCE = 15000; // milliseconds for an answer
const MOST = 20; // scans that are kept, where those of others on the same phone never find their answer
const me = document.body.dataset.account;
const sends = [];

function kept() {
  try {
    return JSON.parse(localStorage.getItem(PLACE)) || [];
  } catch (error) {
    return [];
  }
}

function write(scans) {
  try {
    localStorage.setItem(PLACE, JSON.stringify(scans));
  } catch (error) {
    // Where nothing can be kept, it lasts as long as the page.
  }
}

function isSame(scan, other) {
  return scan.account === other.account && scan.path === other.path && scan.at === other.at;
}

function keep(scan) {
  write([...kept().filter((other) => !isSame(scan, other)), scan].slice(-MOST));
}

function forget(scan) {
  write(kept().filter((other) => !isSame(scan, other)));
}

function isUnanswered(status) {
  return status === 0 || status === 429 || status >= 500;
}

// Sends a scan from an element until there is an answer, which takes the element's place.
function deliver(scan, elt, waits) {
  let pause = 1000, timer = null, going = false;

  function send() {
    clearTimeout(timer);
    if (going || !document.contains(elt)) return;
    going = true;
    const { key, at, strength } = scan;
    htmx.ajax("POST", scan.path, { source: elt, target: elt, swap: "outerHTML", values: { key, at, strength } });
  }

  elt.addEventListener("htmx:configRequest", ({ detail }) => { detail.timeout = PATIENCE; });
  elt.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (isUnanswered(detail.xhr.status)) detail.shouldSwap = false;
  });
  elt.addEventListener("htmx:afterRequest", ({ detail }) => {
    const { status } = detail.xhr;
    const isLost = isUnanswered(status), isRefused = status === 401 || status === 403;
    going = false;
    waits(isLost || isRefused);
    if (isLost) {
      timer = setTimeout(send, pause);
      pause = Math.min(2 * pause, LONGEST);
    } else if (!isRefused) {
      // Whose log-in is over sends it again by logging in.
      forget(scan);
    }
  });
  sends.push(send);
  return send;
}

function begin() {
  if (!me) return;
  const known = kept();
  const form = document.getElementById("arrival");
  let here = null;
  if (form) {
    const { path, at, key } = form.dataset;
    const scan = { account: me, path, at, key, strength: "" };
    here = known.find((other) => isSame(scan, other)) || scan;
    const waiting = form.querySelector("[data-waiting]");
    const send = deliver(here, form, (yes) => { waiting.hidden = !yes; });
    const go = () => {
      const strength = form.querySelector("[name=strength]");
      if (strength) here.strength = strength.value;
      keep(here);
      send();
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      go();
    });
    // A crew's is sent by itself only once it has been said how many came.
    if (form.hasAttribute("data-at-once")) go();
    else if (known.includes(here)) send();
  }
  for (const scan of known) {
    if (scan.account !== me || scan === here) continue;
    const notice = document.createElement("div");
    notice.className = "notice notice-kept";
    notice.setAttribute("role", "status");
    notice.textContent = document.body.dataset.kept;
    document.getElementById("notices").append(notice);
    // What is refused is said in a notice of its own.
    deliver(scan, notice, (yes) => { if (!yes) setTimeout(() => notice.remove()); })();
  }
}

begin();
const again = () => sends.forEach((send) => send());
window.addEventListener("online", again);
document.addEventListener("visibilitychange", () => { if (!document.hidden) again(); });
