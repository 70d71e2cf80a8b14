// Its extensions look for it here.
import "./old_browsers.js";
import htmx from "htmx.org";

// A request that fails, or isn't wanted any more, is told by htmx's events, to which the notices listen.
const ajax = htmx.ajax;
htmx.ajax = (...asked) => ajax(...asked).catch(() => {});

window.htmx = htmx;
export default htmx;
