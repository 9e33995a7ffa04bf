// The events of an alert in, a table of them out: when, what, from where, and how sure the box was.

import { h, patch, set } from "../base/dom.js";
import { rule, thing } from "../base/terms.js";
import { ago, clock, span } from "../base/time.js";
import { say } from "./pagewords.js";

const LATE_S = 10, MOST = 200;
const COLUMNS = ["time", "event", "source", "site", "detail", "score"];

/** What an event says besides where and when. */
export function detailOf(event) {
  const phase = { begin: say("begins"), update: say("goesOn"), end: say("ends") }[event.phase];
  const late = (Date.parse(event.received_at) - Date.parse(event.happened_at)) / 1000;
  return [
    phase, event.duration_s && say("after", span(event.duration_s)),
    (event.count > 1 || event.class) && say("things", event.count, thing(event.class || "")),
    event.zone || event.line, event.direction, event.dwell_s && say("dwell", span(event.dwell_s)),
    event.speed_kmh && say("speed", Math.round(event.speed_kmh)), late > LATE_S && say("late", ago(late)),
  ].filter(Boolean).join(" · ");
}
export function events() {
  const body = h("tbody"), many = h("small");
  const table = h("table", {}, h("thead", {}, h("tr", {}, COLUMNS.map((name) => h("th", { scope: "col", text: say(name) })))), body);
  const node = h("section", { class: "joined" }, h("h2", {}, say("events"), " ", many), h("div", { class: "scroll" }, table));
  return { node, draw(alert, found) {
    const oldest = [...found].sort((a, b) => (a.happened_at < b.happened_at ? -1 : 1));
    set(many, found.length < MOST ? String(alert.events) : `${alert.events}, ${say("newest", MOST)}`);
    patch(body, oldest, {
      key: (event) => event.id, make: () => h("tr", {}, COLUMNS.map(() => h("td"))),
      update: (row, event) => {
        const cells = [clock(event.happened_at), rule(event.rule), event.camera, event.site, detailOf(event), event.confidence === null ? "" : event.confidence.toFixed(2)];
        cells.forEach((text, index) => set(row.children[index], text));
      },
    });
  } };
}
