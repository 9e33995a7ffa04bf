// The joined events of an alert in, a lane per source over time out: when each began, went on and ended.

import { detail } from "../base/alerts.js";
import { attr, h, patch, set, svg } from "../base/dom.js";
import { drawGlyph, glyph } from "../base/grade.js";
import { rule } from "../base/terms.js";
import { clock, now } from "../base/time.js";
import { livesOf } from "./lives.js";
import { say } from "./words.js";

const LEFT = 112, WIDE = 392, HIGH = 23, FIRST = 16, MOST = 4, SHORTEST_MS = 20000, MARK = 16, ROOM = 10;

/** Lanes and their times: `{ lanes: [{ source, spans, marks }], from, to }`, in Unix ms. Pure. */
export function laid(alert, events, at) {
  const times = events.map((each) => Date.parse(each.happened_at)), going = alert.ongoing > 0;
  const from = Math.min(Date.parse(alert.first_at), ...times), last = Math.max(Date.parse(alert.last_at), ...times);
  const to = Math.max(going ? Math.min(at, last + 600000) : last, from + SHORTEST_MS), told = events.filter((each) => !each.again).reverse();
  const lanes = [...new Set(told.map((each) => each.camera))].map((source) => {
    const mine = told.filter((each) => each.camera === source), begins = mine.filter((each) => each.phase !== "update" && each.phase !== "end");
    return {
      source, spans: livesOf(mine, going ? to : last).filter((life) => !life.alone).map((life) => [life.from, life.to]),
      marks: begins.map((each) => ({ id: each.id, when: Date.parse(each.happened_at), rule: each.rule })),
    };
  });
  return { lanes, from, to, going };
}
export function lanes() {
  const rows = svg("g"), head = svg("g", { class: "head" }, svg("path", { class: "line" }), svg("path", { class: "tip" })), axis = ["start", "end"].map((end) => svg("text", { class: "ax", "text-anchor": end }));
  const more = h("span", { class: "hint" }), canvas = svg("svg", { role: "img", "aria-label": say("lanes") }, rows, head, axis), node = h("div", { class: "lanes" }, canvas, more);
  let stands = null, drawn = null;
  const x = (when) => LEFT + ((when - drawn.from) / (drawn.to - drawn.from)) * (WIDE - LEFT - ROOM);
  const mark = () => { const seen = stands !== null && drawn; head.style.display = seen ? "" : "none"; if (seen) attr(head, "transform", `translate(${x(Math.min(drawn.to, Math.max(drawn.from, stands))).toFixed(1)} 0)`); };
  return {
    node,
    /** Where the clip stands, in Unix ms; null takes the head away. */
    stand(when) { stands = when; mark(); },
    draw(alert) {
      const events = detail(alert.id)?.events || [];
      canvas.style.visibility = events.length ? "" : "hidden"; // its room is kept, so that nothing below moves when they come
      if (!events.length) return;
      drawn = laid(alert, events, now());
      const shown = drawn.lanes.slice(0, MOST), high = FIRST + shown.length * HIGH;
      attr(canvas, "viewBox", `0 0 ${WIDE} ${high + 12}`);
      patch(rows, shown.map((lane, i) => ({ ...lane, y: FIRST + i * HIGH })), { key: (lane) => lane.source, make: makeLane, update: (group, lane) => updateLane(group, lane, alert, x) });
      attr(head.firstChild, "d", `M0 2V${high - 10}`);
      attr(head.lastChild, "d", "M-4 1h8l-4 6z");
      [[axis[0], LEFT, clock(new Date(drawn.from))], [axis[1], WIDE, drawn.going ? say("now") : clock(new Date(drawn.to))]].forEach(([text, at, words]) => { attr(text, "x", at); attr(text, "y", high + 6); set(text, words); });
      set(more, drawn.lanes.length > MOST ? `+${drawn.lanes.length - MOST}` : "");
      mark();
    },
  };
}
const makeLane = () => svg("g", {}, svg("text", { x: 0 }), svg("path", { class: "base" }), svg("path", { class: "span" }), svg("g"));
function updateLane(group, lane, alert, x) {
  const [name, base, span, marks] = group.children, { y } = lane;
  set(name, lane.source.length > 15 ? `${lane.source.slice(0, 14)}…` : lane.source);
  attr(name, "y", y + 4);
  attr(base, "d", `M${LEFT} ${y}H${WIDE}`);
  attr(span, "class", `span t${alert.grade}`);
  attr(span, "d", lane.spans.map(([from, to]) => `M${x(from).toFixed(1)} ${y}H${Math.max(x(from) + 2, x(to)).toFixed(1)}`).join(""));
  patch(marks, lane.marks.slice(-40), {
    key: (each) => each.id,
    make: () => glyph(MARK),
    update: (mark, each) => { drawGlyph(mark, alert.grade, false, `${rule(each.rule)} ${clock(new Date(each.when))}`); attr(mark, "x", (x(each.when) - MARK / 2).toFixed(1)); attr(mark, "y", y - MARK / 2); },
  });
}
