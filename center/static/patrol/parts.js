// A task as the centre has it in, what its phone shows of it out: what, where, since when, what to do, the picture.

import { attr, h, patch, set, show } from "../base/dom.js";
import { drawGlyph, glyph } from "../base/grade.js";
import { inPath } from "../base/api.js";
import { title } from "../base/terms.js";
import { ago, clock, secondsSince } from "../base/time.js";
import { who } from "../base/who.js";
import { plan } from "../place/plan.js";
import { say } from "./words.js";

/** Sign, what, where and how long ago. */
export function head() {
  const mark = glyph(44), name = h("h1"), place = h("p"), old = h("b", { class: "old" });
  const node = h("div", { class: "hd" }, mark, name, place, old);
  return { node, draw({ task, title: called, first_at: first }) {
    attr(node, "data-grade", task.grade);
    drawGlyph(mark, task.grade, false);
    set(name, title({ ...task, title: called }));
    set(place, task.place_name);
    set(old, ago(secondsSince(first)));
  } };
}
/** The plan of the place and the way to it. */
export function where() {
  const drawn = plan(), far = h("div", { class: "far" }), node = h("div", { class: "where" }, drawn.node, far);
  return { node, draw({ task, plan: facts }) {
    show(node, task.state !== "arrived");
    drawn.draw({ ...facts, name: task.place_name, unit: task.patrol_name, grade: task.grade });
    show(far, facts.distance_m !== null);
    if (facts.distance_m !== null) set(far, say("far", say("m", facts.distance_m)));
  } };
}
/** What goes on, and what the watch list asks for. */
export function todo() {
  const going = h("p", { class: "going" }), way = h("p", { class: "going" }), list = h("ol", { class: "steps" });
  const node = h("section", { class: "todo" }, way, going, h("h2", { text: say("steps") }), list);
  return { node, draw({ task, ongoing, events, last_at: last, plan: facts }) {
    const door = wayIn(facts);
    show(way, door);
    set(way, door ? say("way", door.name || door.id) : "");
    const state = ongoing ? say("goesOn") : "";
    set(going, [state, say("events", events, ago(secondsSince(last)))].filter(Boolean).join(" · "));
    patch(list, task.steps.map((text, number) => ({ text, number })), { key: (each) => each.number, make: () => h("li"), update: (item, each) => set(item, each.text) });
  } };
}
/** The door of the place that is nearest to where the patrol came from. Pure. */
export function wayIn({ marks = [], patrol }) {
  const doors = marks.filter(({ kind }) => kind === "door"), far = ({ at }) => (at && patrol ? Math.hypot((at[0] - patrol[0]) * Math.cos((at[1] * Math.PI) / 180), at[1] - patrol[1]) : Infinity);
  return doors.sort((a, b) => far(a) - far(b) || 0)[0] || null;
}
/** The redacted still; one that fails is left out. */
export function picture(token) {
  const image = h("img", { alt: say("picture") }), node = h("figure", { class: "still", hidden: true }, image, h("figcaption", { text: say("picture") }));
  image.addEventListener("error", () => show(node, false));
  image.addEventListener("load", () => show(node, true));
  return { node, draw({ picture: has, last_at: last }) {
    if (!has) { show(node, false); return; }
    const path = `/api/tasks/${inPath(token)}/picture?at=${encodeURIComponent(last)}`;
    if (image.getAttribute("src") !== path) attr(image, "src", path);
  } };
}
/** What was done, by the times at which it was done. */
export function story() {
  const list = h("dl"), node = h("section", { class: "story" }, h("h2", { text: say("log") }), list);
  return { node, draw({ task }) {
    const lines = [
      ["offered", task.offered_at, say("didOffered", who(task.by))], ["on_way", task.on_way_at, say("on_way")], ["arrived", task.arrived_at, say("arrived")],
      ["called", task.called_at, say("call")], ["held", task.held_at, say("hold")],
      ["done", task.done_at, task.outcome && say(task.outcome)], ["recalled", task.recalled_at, say("recalled")],
    ].filter(([, at]) => at);
    const cells = lines.flatMap(([key, at, text]) => [{ key: `${key}-at`, tag: "dt", text: clock(at) }, { key, tag: "dd", text }]);
    patch(list, cells, { key: (each) => each.key, make: (each) => h(each.tag), update: (node_, each) => set(node_, each.text) });
  } };
}
