// Its extensions look for it here.
import "./old_browsers.js";
import htmx from "htmx.org";
window.htmx = htmx;
export default htmx;
