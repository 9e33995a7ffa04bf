// All alerts in, the column of open ones out: counts by grade, filters, banners, the list, the shelf.

import * as alerts from "../base/alerts.js";
import { attr, h, set, show, soon } from "../base/dom.js";
import { drawGlyph, glyph, GRADES } from "../base/grade.js";
import { isFlood, rateOf } from "../base/flood.js";
import { mySeat } from "../base/seat.js";
import { grade } from "../base/terms.js";
import { clock, everySecond, hour } from "../base/time.js";
import { List } from "./list.js";
import { lines } from "./order.js";
import { address, onSelect, select, selected, selectedAlert, selectSomething } from "./selection.js";
import { say } from "./words.js";

const SLOW_MS = 400;

/** The column; `move(step)`, `filterBy(n)` and `mostUrgent()` are what keys do with it. */
export class Queue {
  constructor() {
    const asked = new URLSearchParams(location.search);
    Object.assign(this, { only: Number(asked.get("grade")) || 0, mine: asked.has("mine"), shelf: false, unfolded: new Set(), loaded: alerts.link.ever, lastClosed: null, started: performance.now() });
    this.list = new List({ select: (id) => this.take(id), unfold: (key) => this.turn(key) });
    this.build();
    const draw = soon(() => this.draw());
    this.stops = [
      alerts.watch((what, facts) => { if (what === "first" || what === "again") this.loaded = true; if (what === "arrived") this.list.came(facts.id); this.noteClosed(what, facts); draw(); }),
      onSelect(draw), everySecond(draw), () => this.list.close(),
    ];
    document.addEventListener("seat", draw);
    setTimeout(draw, SLOW_MS);
    this.draw();
  }
  close() { this.stops.forEach((stop) => stop()); }
  build() {
    const chip = (n) => h("button", { class: "chip", "data-grade": n, on: { click: () => this.filterBy(n) } }, glyph(20), h("span"));
    this.count = h("small", { id: "open-count" });
    this.chips = GRADES.map(chip);
    this.mineChip = h("button", { class: "chip plain", id: "mine", text: say("mine"), on: { click: () => this.onlyMine() } });
    this.offline = h("div", { class: "notice", id: "offline", role: "alert", hidden: true }, h("b"), h("span"), h("span"));
    this.flood = h("div", { class: "notice", id: "flood", role: "status", hidden: true }, h("b"), h("span", { text: say("floodMore") }));
    this.empty = h("div", { class: "empty", id: "empty", hidden: true }, h("b"), h("span"), h("button", { class: "btn", text: say("clearFilter"), on: { click: () => this.clear() } }));
    this.loading = h("div", { class: "skeleton", hidden: true, role: "status", "aria-label": say("loading") }, Array.from({ length: 8 }, () => h("i")));
    this.shelfBar = h("button", { class: "shelf", id: "shelf", on: { click: () => { this.shelf = !this.shelf; this.draw(); } } }, h("span"), h("span", { class: "sp" }), h("span"));
    this.heading = h("span", { text: say("open") });
    this.node = h("section", { class: "queue", "aria-label": say("queue") },
      h("div", { class: "qh" }, h("h2", {}, this.heading, this.count), h("div", { class: "chips" }, this.chips, h("div", { class: "sp" }), this.mineChip)),
      this.offline, this.flood, h("div", { class: "listing" }, this.list.above, this.list.node, this.loading, this.empty), this.shelfBar);
  }
  shown() {
    const from = this.shelf ? alerts.shelved() : alerts.open();
    const fits = from.filter((each) => (!this.only || each.grade === this.only) && (!this.mine || each.seat === mySeat()));
    const looked = selectedAlert();
    if (looked && !fits.some((each) => each.id === looked.id) && this.stays(looked)) fits.push(looked);
    return fits.sort(alerts.byUrgency);
  }
  /** One that another seat took off the list stays in it for as long as it is looked at. */
  stays(alert) { return !this.shelf && !alerts.OPEN.has(alert.state) && alert.state !== "shelved"; }
  draw() {
    const shown = this.shown(), open = alerts.open();
    this.order = lines(shown, { fold: isFlood() && !this.shelf, unfolded: this.unfolded });
    this.list.draw(this.order, selected());
    set(this.count, String(this.shelf ? alerts.shelved().length : open.length));
    this.drawChips(open);
    this.drawShelf();
    this.drawNotices();
    const nothing = !shown.length, filtered = Boolean(this.only || this.mine);
    show(this.loading, !this.loaded && performance.now() - this.started > SLOW_MS);
    show(this.list.node, !nothing);
    show(this.empty, this.loaded && nothing);
    set(this.empty.children[0], filtered && open.length ? say("noneFits") : say("none"));
    set(this.empty.children[1], this.lastClosed ? say("lastClosed", clock(this.lastClosed)) : say("noneMore"));
    show(this.empty.children[2], filtered);
    document.title = [open.filter((each) => each.state === "new").length || "", say("title"), "Tocsin"].filter(Boolean).join(" · ");
  }
  drawChips(open) {
    for (const [at, n] of GRADES.entries()) {
      const many = open.filter((each) => each.grade === n).length, chip = this.chips[at];
      attr(chip, "aria-pressed", String(this.only === n));
      attr(chip, "aria-label", `${grade(n)} ${many}`);
      drawGlyph(chip.firstChild, n, false, "");
      set(chip.lastChild, String(many));
    }
    attr(this.mineChip, "aria-pressed", String(this.mine));
  }
  drawShelf() {
    const aside = alerts.shelved(), next = aside.map((each) => each.shelved_until).filter(Boolean).sort()[0];
    set(this.heading, this.shelf ? say("shelved", "").trim() : say("open"));
    attr(this.shelfBar, "aria-pressed", String(this.shelf));
    set(this.shelfBar.firstChild, this.shelf ? say("backToOpen") : say("shelved", aside.length));
    set(this.shelfBar.lastChild, next && !this.shelf ? say("nextReturns", hour(next)) : "");
  }
  drawNotices() {
    const lost = !alerts.link.up && alerts.link.ever, floods = isFlood() && !lost, rate = alerts.status ? rateOf(alerts.status) : 0;
    const turns = this.offline.hidden === lost || this.flood.hidden === floods, top = turns && this.list.top;
    show(this.offline, lost);
    if (lost) {
      set(this.offline.children[0], say("asOf", clock(new Date(alerts.link.dataAt ?? alerts.link.since))));
      set(this.offline.children[1], say("again", Math.max(1, alerts.link.attempt)));
      set(this.offline.children[2], ` ${say("radio")}`);
    }
    show(this.flood, floods);
    set(this.flood.firstChild, say("flood", rate));
    if (turns) this.list.shifted(this.list.top - top);
  }
  noteClosed(what, alert) { if (what === "change" && alert?.state === "closed") this.lastClosed = alert.closed_at; }
  take(id) { select(id); this.draw(); this.list.reveal(id); }
  /** The rows that keys go through, from the top. */
  rows() { return this.order.lines.filter((line) => line.kind === "row").map((line) => line.key); }
  move(step) {
    const rows = this.rows(), at = rows.indexOf(selected());
    if (rows.length) this.take(rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + step))]);
  }
  /** The row after this one, or else before it: where to go when it leaves the list. */
  after(id) {
    const rows = this.rows(), at = rows.indexOf(id);
    return rows[at + 1] ?? rows[at - 1] ?? null;
  }
  mostUrgent() {
    const first = alerts.urgent();
    if (!first) return;
    this.clear();
    this.unfolded.add(`fold-${first.grade}-${first.place}`);
    this.draw();
    this.take(first.id);
  }
  filterBy(n) { this.only = this.only === n ? 0 : n; this.filtered(); }
  onlyMine() { this.mine = !this.mine; this.filtered(); }
  clear() { this.only = 0; this.mine = false; this.shelf = false; this.filtered(); }
  filtered() {
    address({ grade: this.only || null, mine: this.mine ? "1" : null });
    this.draw();
    if (!this.rows().includes(selected()) && this.rows().length) this.take(this.rows()[0]);
    else selectSomething();
  }
  turn(key) {
    if (!this.unfolded.delete(key)) this.unfolded.add(key);
    this.draw();
  }
}
