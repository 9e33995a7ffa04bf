// What the address asks for in, the search out: one query that words and pickers both edit.

import * as alerts from "../base/alerts.js";
import { ask, Problem } from "../base/api.js";
import { h, set, show } from "../base/dom.js";
import { bind } from "../base/keys.js";
import { list } from "./list.js";
import { chips, names, pickers } from "./pickers.js";
import { only } from "./query.js";
import { strip } from "./strip.js";
import { say } from "./words.js";

export const style = "/static/search/search.css";
const PAUSE_MS = 250, ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** Open the search that `?q=` asks for. */
export function open(root) {
  const page = new Search(root);
  page.begin();
  return { title: say("title"), close: () => page.close() };
}

class Search {
  constructor(root) {
    Object.assign(this, { q: new URLSearchParams(location.search).get("q") || "", found: null, places: new Map(), turn: 0, closed: false });
    const get = () => this.q, change = (q) => this.go(q, { typed: false });
    this.field = h("input", { type: "search", id: "q", value: this.q, maxlength: 500, spellcheck: "false", autocomplete: "off", "aria-label": say("query"), placeholder: say("example"), on: { input: () => this.typed() } });
    this.pickers = pickers(get, change);
    this.chips = chips(get, change);
    this.strip = strip((from, to) => change(only(only(this.q, "from", from), "to", to)), (place) => change(only(this.q, "place", place)), (id) => this.places.get(id) || id);
    this.list = list();
    this.trouble = h("p", { class: "notice", role: "status" });
    this.none = h("div", { class: "empty" }, h("b", { text: say("none") }), say("noneHelp"));
    this.more = h("button", { class: "btn", text: say("more"), on: { click: () => this.load(true) } });
    const form = h("form", { class: "asked", role: "search", on: { submit: (event) => { event.preventDefault(); this.go(this.field.value, { typed: true }); } } }, this.field, h("button", { type: "button", class: "btn", text: say("clear"), on: { click: () => change("") } }));
    root.append(h("div", { class: "search" }, h("h1", { class: "sr", text: say("title") }), form, h("p", { class: "hint", text: say("help") }), this.pickers.node, this.chips.node, this.trouble, this.strip.node, this.none, this.list.node, this.more));
  }
  begin() {
    this.stops = [
      alerts.watch((what, alert) => { if (what === "change" && alert) this.changed(alert); }),
      bind({ next: () => this.list.move(1), previous: () => this.list.move(-1), search: () => { this.field.focus(); this.field.select(); } }),
    ];
    names().then(([{ places }, { cameras }]) => {
      if (this.closed) return;
      places.forEach(({ place }) => this.places.set(place.id, place.name));
      this.pickers.fill(places, cameras);
      this.draw();
    }, () => {});
    show(this.more, false);
    this.draw();
    this.load();
  }
  close() { this.closed = true; clearTimeout(this.timer); this.stops.forEach((stop) => stop()); }
  typed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.go(this.field.value, { typed: true }), PAUSE_MS);
  }
  /** Ask for another query; the address says it. A pick can be gone back from, a letter that was typed cannot. */
  go(q, { typed }) {
    clearTimeout(this.timer);
    if (q.trim() === this.q.trim() && typed) return;
    this.q = q;
    const url = q.trim() ? `/search?${new URLSearchParams({ q: q.trim() })}` : "/search";
    if (typed) history.replaceState(null, "", url);
    else { history.pushState(null, "", url); this.field.value = q; }
    this.load();
  }
  async load(more = false) {
    const mine = ++this.turn, asked = new URLSearchParams({ q: this.q.trim(), zone: ZONE });
    if (more) asked.set("cursor", this.found.next);
    try {
      const found = await ask(`/api/search?${asked}`);
      if (mine !== this.turn || this.closed) return;
      this.found = more ? { ...found, alerts: [...this.found.alerts, ...found.alerts] } : found;
      set(this.trouble, "");
    } catch (error) {
      if (mine === this.turn) set(this.trouble, error instanceof Problem ? error.message : say("offline"));
    }
    this.draw();
  }
  /** An alert that is in the list changed at some seat. */
  changed(alert) {
    const at = this.found?.alerts.findIndex((each) => each.id === alert.id) ?? -1;
    if (at < 0) return;
    this.found.alerts[at] = alert;
    this.list.draw(this.found.alerts);
  }
  draw() {
    show(this.trouble, this.trouble.textContent);
    this.pickers.draw(this.q);
    const { found } = this;
    for (const part of [this.strip.node, this.list.node]) show(part, found);
    show(this.none, found && !found.alerts.length);
    if (!found) return;
    this.chips.draw(found.tokens);
    this.strip.draw(found);
    show(this.list.node, found.alerts.length);
    this.list.draw(found.alerts);
    show(this.more, found.next);
  }
}
