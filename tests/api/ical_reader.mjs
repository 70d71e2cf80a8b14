// Reads a calendar from stdin with ical.js, which Thunderbird is made with, and writes what it holds as JSON.
import ICAL from "../../web/node_modules/ical.js/dist/ical.js";
import { readFileSync } from "node:fs";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf-8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) {
  ICAL.TimezoneService.register(zone);
}
const found = calendar.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component);
  return {
    uid: event.uid,
    start: event.startDate.toJSDate().toISOString(),
    title: event.summary,
    place: event.location,
    cancelled: component.getFirstPropertyValue("status") === "CANCELLED",
  };
});
process.stdout.write(JSON.stringify(found));
