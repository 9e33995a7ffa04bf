// An entry in, the last redacted picture of what it is about out, with where on it events were, also as a list.

import { ask, inPath } from "../base/api.js";
import { attr, h, patch, set, show, svg } from "../base/dom.js";
import { Picture } from "../base/picture.js";
import { clock, day } from "../base/time.js";
import { say } from "./words.js";

const LOOKED_AT = 10, MOST = 6;

/** What a search is asked for an entry: the newest alerts of its rule, or of the first event of its pattern, at its place. */
export function queryOf(entry) {
  const rule = entry.rule ?? entry.then?.[0].rule ?? entry.together?.what[0].rule ?? entry.nothing?.rule;
  return [`place:${entry.place}`, rule && rule !== "camera-health" ? `rule:${rule}` : ""].filter(Boolean).join(" ");
}
/** Events of the picture's camera that say where they were, the newest first; shares of the picture. Pure. */
export function spotsOf(events) {
  const shown = events.find((each) => each.picture);
  return { shown, spots: events.filter((each) => each.box && each.camera === shown?.camera).slice(0, MOST).map((each) => ({ id: each.id, box: each.box, at: each.happened_at })) };
}
export class Seen {
  constructor() {
    this.picture = new Picture((state, why) => { this.state = state; this.why = why; this.draw(); });
    this.marks = svg("svg", { viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true" });
    this.none = h("p", { role: "status" });
    this.caption = h("figcaption"), this.list = h("ul", { class: "spots" });
    this.link = h("a", { class: "btn" , text: say("openAlert") });
    this.frame = h("div", { class: "frame" }, this.none, this.picture.node, this.marks);
    this.node = h("aside", { class: "seen", "aria-label": say("seen") }, h("h3", { text: say("seen") }), h("figure", {}, this.frame, this.caption), this.list, this.link, h("p", { class: "hint", text: say("zones") }));
    Object.assign(this, { asked: null, alert: null, state: "none", why: "", found: { spots: [] }, looked: false });
  }
  /** Ask for what it is about, once for each place and rule. */
  async show(entry) {
    const query = queryOf(entry);
    if (query === this.asked) return;
    Object.assign(this, { asked: query, alert: null, found: { spots: [] }, looked: false });
    this.picture.draw(null);
    this.draw();
    try {
      const { alerts } = await ask(`/api/search?limit=${LOOKED_AT}&q=${encodeURIComponent(query)}`), alert = alerts.find((each) => each.picture && !each.home);
      const whole = alert && (await ask(`/api/alerts/${inPath(alert.id)}`));
      if (query !== this.asked) return;
      this.looked = true;
      if (whole) {
        Object.assign(this, { alert, found: spotsOf(whole.events) });
        this.picture.draw(`/api/alerts/${inPath(alert.id)}/picture?of=${alert.revision}`, say("seen"));
      }
    } catch { this.asked = null; } // asked again with the next change
    this.draw();
  }
  draw() {
    const { alert, found: { shown, spots }, state } = this, there = state === "picture";
    set(this.none, state === "denied" ? this.why : this.looked && !alert ? say("noneSeen") : "");
    show(this.none, this.none.textContent);
    for (const node of [this.link, this.caption]) show(node, alert);
    if (alert) attr(this.link, "href", `/alerts/${alert.id}`);
    set(this.caption, shown ? `${shown.camera} · ${day(shown.happened_at)} ${clock(shown.happened_at)} · ${say("redacted")}` : "");
    patch(this.marks, there ? spots : [], { key: (spot) => spot.id, make: () => svg("rect"), update: (rect, { box: [x0, y0, x1, y1] }) => { attr(rect, "x", x0); attr(rect, "y", y0); attr(rect, "width", x1 - x0); attr(rect, "height", y1 - y0); } });
    patch(this.list, there ? spots : [], { key: (spot) => spot.id, make: () => h("li"), update: (item, { box, at }) => set(item, say("spot", clock(at), ...box.map((side) => Math.round(side * 100)))) });
  }
}
