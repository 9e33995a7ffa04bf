// A shift in, what it hands over out: what was opened and closed, what is left, what was noted.

import { h, patch, set, show } from "../base/dom.js";
import { drawn } from "../base/grade.js";
import { rule, term } from "../base/terms.js";
import { clock, hour } from "../base/time.js";
import { lines, timeTable } from "./quality.js";
import { say } from "./words.js";

export function handover() {
  const when = h("p", { class: "hint" }), figures = h("dl", { class: "figures" }), left = h("ul", { class: "lines" }), notes = h("ul", { class: "lines" });
  const graded = h("span", { class: "graded" }), times = timeTable();
  const node = h("div", { class: "handover" }, when, figures, graded, h("div", { class: "parts" }, h("section", {}, h("h3", { text: say("left") }), left), h("section", {}, h("h3", { text: say("notes") }), notes)), times.node);
  return { node, draw(shift) {
    show(node, true);
    set(when, `${hour(shift.since)} – ${hour(shift.until)} · ${shift.zone}`);
    const sum = shift.opened.reduce((all, n) => all + n, 0), outcomes = Object.entries(shift.outcomes).map(([name, n]) => `${term(name)} ${n}`).join(", ");
    patch(figures, [["opened", sum, ""], ["closed", shift.closed, outcomes], ["escalated", shift.escalated, ""]], { key: ([name]) => name, make: ([name]) => h("div", {}, h("dd"), h("dt", { text: say(name) }), h("small")), update: (each, [, n, more]) => { set(each.firstChild, String(n)); set(each.lastChild, more); } });
    graded.replaceChildren(...shift.opened.flatMap((n, index) => [drawn(index + 1, 16), h("b", { text: String(n) })]));
    times.draw(shift.times);
    lines(left, shift.left, (each) => [`${each.grade} · ${each.title || rule(each.rule)} · ${each.place_name}`, term(each.state)], (each) => `/alerts/${each.alert}`);
    lines(notes, shift.notes, (each) => [each.text, `${each.by} ${clock(each.at)}`], (each) => `/alerts/${each.alert}`);
  } };
}
