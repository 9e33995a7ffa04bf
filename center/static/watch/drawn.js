// Shapes in, the same over the picture and as a list with their points out; the one that is looked at is the brighter.

import { attr, h, patch, set, svg } from "../base/dom.js";
import { rule, thing } from "../base/terms.js";
import { say } from "./words.js";
import { wordsOf } from "./zones.js";

const percent = (share) => Math.round(share * 100);
const corners = (points) => points.map(([x, y]) => `${percent(x)}, ${percent(y)}`).join(" · ");
const ruled = ({ rule: name, classes = [], armed }) => `${rule(name)}${classes.length ? ` (${classes.map(thing).join(say("comma"))})` : ""}${armed ? "" : ` – ${say("disarmed")}`}`;
const KINDS = { zone: "ofZone", line: "ofLine", mask: "ofMask" };
/** What a line of the list says of a shape. */
const about = ({ kind, rules }) => [say(KINDS[kind]), ...rules.map(ruled)].join(" · ");

export class Drawn {
  constructor() {
    this.marks = svg("svg", { class: "zones", viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true" });
    this.names = h("div", { class: "names", "aria-hidden": "true" });
    this.list = h("ul", { class: "zonelist", "aria-label": say("zonesHere") });
    Object.assign(this, { near: null, held: null });
  }
  draw(shapes) {
    patch(this.marks, shapes, { key: ({ key }) => key, make: (shape) => this.mark(shape), update: (mark, { points }) => { for (const line of mark.children) attr(line, "points", points.map((point) => point.join(",")).join(" ")); } });
    patch(this.names, shapes.flatMap(wordsOf), {
      key: ({ key }) => key, make: ({ of }) => h("span", { "data-of": of }),
      update: (name, { text, at: [x, y] }) => { set(name, text); name.style.left = `${x * 100}%`; name.style.top = `${y * 100}%`; },
    });
    patch(this.list, shapes, { key: ({ key }) => key, make: (shape) => this.item(shape), update: (item, shape) => {
      const [name, what, where] = item.firstChild.children;
      set(name, shape.id);
      set(what, about(shape));
      set(where, say("corners", shape.points.length, corners(shape.points)));
    } });
    if (!shapes.some(({ key }) => key === this.held)) this.held = null;
    this.light();
  }
  mark({ key, kind }) {
    const tag = kind === "line" ? "polyline" : "polygon";
    return svg("g", { class: kind, "data-of": key, on: { pointerenter: () => this.turn(key), pointerleave: () => this.turn(null) } }, svg(tag, { class: "halo" }), svg(tag, { class: "edge" }));
  }
  item({ key }) {
    const turn = () => this.turn(key), back = () => this.turn(null);
    const hold = () => { this.held = this.held === key ? null : key; this.light(); };
    return h("li", {}, h("button", { "data-of": key, on: { pointerenter: turn, pointerleave: back, focus: turn, blur: back, click: hold } }, h("b"), h("span"), h("small")));
  }
  turn(key) { this.near = key; this.light(); }
  /** Brightness is what is looked at: under the pointer or the focus, else what was pressed. */
  light() {
    const chosen = this.near ?? this.held;
    for (const node of [...this.marks.children, ...this.names.children, ...this.list.querySelectorAll("button")]) node.classList.toggle("on", node.dataset.of === chosen);
    for (const button of this.list.querySelectorAll("button")) attr(button, "aria-pressed", String(button.dataset.of === this.held));
  }
}
