// The queue's lines in, those in view out as nodes: what is selected stays where it is under the pointer.

import { attr, h, patch, set, show } from "../base/dom.js";
import { drawGlyph, glyph } from "../base/grade.js";
import { grade, title } from "../base/terms.js";
import { ago, secondsSince } from "../base/time.js";
import { between, HEAD } from "./order.js";
import { stateOf } from "./state.js";
import { say } from "./words.js";

const MARGIN = 300;

/** A list of `role=listbox`; `draw(found, id)` shows lines, with the alert of this id selected. */
export class List {
  constructor({ select, unfold }) {
    Object.assign(this, { select, unfold, found: { lines: [], high: 0 }, id: null, inside: false, held: 0, unseen: new Set(), ours: 0 });
    this.run = h("div", { class: "run" });
    this.node = h("div", { class: "list", id: "list", role: "listbox", tabindex: 0, "aria-label": say("queue") }, this.run);
    this.above = h("button", { class: "above", hidden: true, on: { click: () => this.toTop() } }, glyph(18), h("span"));
    this.node.addEventListener("scroll", () => this.scrolled());
    this.node.addEventListener("pointerenter", () => { this.inside = true; });
    for (const part of [this.node, this.above]) part.addEventListener("pointerleave", (event) => this.left(event.relatedTarget));
    this.sizes = new ResizeObserver(() => this.paint());
    this.sizes.observe(this.node);
  }
  close() { this.sizes.disconnect(); }
  /** Note an alert that came in: it counts as new above until it was in view. */
  came(id) { this.unseen.add(id); }
  draw(found, id) {
    const anchor = this.anchor(), at = this.node.scrollTop;
    this.found = found;
    this.id = id;
    const now = anchor && found.lines.find((line) => line.key === anchor.key);
    const moved = now ? now.top - anchor.top : 0;
    if (moved && (this.inside || at > 0)) {
      if (this.inside) this.held += moved;
      this.scrollTo(at + moved);
    } else this.scrollTo(at);
    this.paint();
  }
  get top() { return this.node.getBoundingClientRect().top; }
  /** A notice came or went above the list: while the pointer is over it, its rows stay where they are. */
  shifted(by) {
    if (!this.inside || !by) return;
    this.held += by;
    this.scrollTo(this.node.scrollTop + by);
    this.paint();
  }
  /** What must not move: the selected row if it is in view, else the first in view. */
  anchor() {
    const at = this.node.scrollTop, seen = between(this.found.lines, at, at + this.node.clientHeight);
    return seen.find((line) => line.key === this.id) || seen.find((line) => line.kind !== "head") || null;
  }
  scrollTo(top) {
    const wanted = Math.max(0, top), room = this.node.clientHeight;
    this.run.style.height = `${Math.max(this.found.high, this.inside ? wanted + room : 0)}px`;
    if (Math.abs(this.node.scrollTop - wanted) < 1) return;
    this.node.scrollTop = wanted;
    this.ours = this.node.scrollTop;
  }
  scrolled() {
    if (this.node.scrollTop !== this.ours) this.held = 0;
    this.paint();
  }
  /** Unless the pointer went to what stands above the list, which may come where the pointer is. */
  left(to) {
    if (to && (this.node.contains(to) || this.above.contains(to))) return;
    this.inside = false;
    const back = this.held;
    this.held = 0;
    this.scrollTo(this.node.scrollTop - back);
    this.paint();
  }
  toTop() {
    this.held = 0;
    this.scrollTo(0);
    this.paint();
  }
  /** Bring a row into view, with its head if it is the first. */
  reveal(id) {
    const line = this.found.lines.find((each) => each.key === id), at = this.node.scrollTop;
    if (!line) return;
    if (line.top - HEAD < at) this.scrollTo(line.top - HEAD);
    else if (line.top + line.high > at + this.node.clientHeight) this.scrollTo(line.top + line.high - this.node.clientHeight);
    this.paint();
  }
  paint() {
    const at = this.node.scrollTop, room = this.node.clientHeight;
    const seen = between(this.found.lines, at - MARGIN, at + room + MARGIN), whole = this.found.lines.filter((line) => line.kind === "row");
    const place = new Map(whole.map((line, index) => [line.key, index + 1]));
    patch(this.run, seen, { key: (line) => line.key, make: (line) => this.make(line), update: (node, line) => this.update(node, line, place, whole.length) });
    attr(this.node, "aria-activedescendant", seen.some((line) => line.key === this.id) ? `row-${this.id}` : null);
    for (const line of between(this.found.lines, at, at + room)) this.unseen.delete(line.key);
    this.paintAbove(whole.filter((line) => this.unseen.has(line.key) && line.top < at));
  }
  paintAbove(hidden) {
    show(this.above, hidden.length);
    if (!hidden.length) return;
    drawGlyph(this.above.firstChild, Math.min(...hidden.map((line) => line.alert.grade)), false);
    set(this.above.lastChild, say("newAbove", hidden.length));
  }
  make(line) {
    if (line.kind === "head") return h("div", { class: "gh", role: "presentation" }, h("span"), h("span"));
    if (line.kind === "fold") return h("button", { class: "fold", tabindex: -1, on: { click: () => this.unfold(line.key) } }, glyph(20), h("b"), h("span"));
    return h("div", { class: "row", id: `row-${line.key}`, role: "option", "data-id": line.key, on: { click: () => this.select(line.key) } },
      glyph(22), h("span", { class: "t" }), h("span", { class: "a" }), h("span", { class: "p" }), h("span", { class: "s" }));
  }
  update(node, line, place, all) {
    node.style.transform = `translateY(${line.top}px)`;
    if (line.kind === "head") { set(node.firstChild, grade(line.grade)); set(node.lastChild, line.fresh ? say("toAck", line.fresh) : say("allAck")); }
    else if (line.kind === "fold") updateFold(node, line);
    else updateRow(node, line.alert, line.key === this.id, place.get(line.key), all);
  }
}
function updateFold(node, line) {
  drawGlyph(node.firstChild, line.grade, !line.fresh);
  set(node.children[1], line.name);
  set(node.lastChild, say("folded", line.count, line.rules));
  attr(node, "aria-expanded", String(line.shown));
  attr(node, "aria-label", `${say("unfold", line.name)}, ${say("folded", line.count, line.rules)}`);
}
function updateRow(node, alert, selected, at, all) {
  const [mark, what, old, where, state] = node.children, fresh = alert.state === "new";
  attr(node, "class", `row r${alert.grade}${fresh ? " new" : ""}${alert.state === "closed" || alert.state === "withdrawn" || alert.state === "joined" ? " over" : ""}`);
  attr(node, "aria-selected", String(selected));
  attr(node, "aria-posinset", at);
  attr(node, "aria-setsize", all);
  drawGlyph(mark, alert.grade, !fresh);
  set(what, title(alert));
  set(old, ago(secondsSince(alert.opened_at)));
  set(where, alert.place_name);
  set(state, stateOf(alert));
}
