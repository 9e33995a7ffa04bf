// A place's id in, its page out: what is open there, what its cameras see, what it holds, what is watched, whom to call.

import { watch } from "../base/alerts.js";
import { ask, inPath, Problem } from "../base/api.js";
import { attr, h, patch, set, show } from "../base/dom.js";
import { drawGlyph, glyph } from "../base/grade.js";
import { placeName } from "../base/places.js";
import { grade } from "../base/terms.js";
import { everySecond } from "../base/time.js";
import { month } from "../alert/month.js";
import { list } from "../search/list.js";
import { asked, when } from "../watch/sentence.js";
import { live } from "./live.js";
import { plan, planOf } from "./plan.js";
import { say, stateOf } from "./words.js";

export const style = "/static/place/place.css";
const EVERY_S = 10, SHOWN = 6;

export function open(root, { id }) {
  const page = new PlacePage(root, id);
  page.load();
  return { title: id, close: () => page.close() };
}

class PlacePage {
  constructor(root, id) {
    Object.assign(this, { id, wait: EVERY_S, closed: false, views: [], found: null, plan: plan(), month: month(), list: list() });
    [this.name, this.above, this.facts] = [h("h1"), h("nav", { class: "above" }), h("p", { class: "sum" })];
    this.mark = glyph(30);
    [this.tiles, this.holds, this.entries, this.contacts] = [h("div", { class: "tiles" }), h("ul", { class: "holds" }), h("ul", { class: "holds" }), h("ul", { class: "holds" })];
    this.empty = h("p", { class: "empty", text: say("loading") });
    this.parts = { cameras: this.section("cameras", this.tiles), holds: this.section("holds", this.holds), entries: this.section("entries", this.entries), contacts: this.section("contacts", this.contacts) };
    this.newest = h("section", {}, h("h2", {}, say("newest"), " ", h("a", { text: say("all"), href: `/search?q=place:${inPath(id)}` })), this.list.node);
    this.page = h("div", { class: "placepage", hidden: true }, h("header", {}, this.mark, h("div", {}, this.above, this.name), this.facts),
      h("div", { class: "two" }, h("div", {}, this.parts.cameras, this.newest), h("div", {}, this.plan.node, this.parts.holds, this.parts.entries, this.parts.contacts, this.month.node)));
    root.append(this.empty, this.page);
    this.stops = [everySecond(() => { if (--this.wait <= 0) this.load(); }), watch((what, alert) => { if (what === "change" && alert) this.wait = Math.min(this.wait, 1); })];
  }
  section(word, node) { return h("section", {}, h("h2", { text: say(word) }), node); }
  close() {
    this.closed = true;
    for (const stop of this.stops) stop();
    for (const view of this.views) view.close();
  }
  async load() {
    this.wait = EVERY_S;
    try {
      const found = await ask(`/api/places/${inPath(this.id)}`);
      if (this.closed) return;
      if (!this.found) this.begin(found);
      this.found = found;
      this.draw(found);
    } catch (error) { if (error instanceof Problem && !this.found) set(this.empty, say("none")); }
  }
  begin(found) {
    this.views = found.cameras.slice(0, SHOWN).map((camera) => live(camera));
    this.tiles.append(...this.views.map((view) => view.node));
    this.month.load(this.id).catch(() => show(this.month.node, false));
  }
  draw({ place: view, holds, cameras, entries, alerts }) {
    const { place } = view;
    show(this.page, true);
    show(this.empty, false);
    document.title = `${place.name} · Tocsin`;
    drawGlyph(this.mark, view.gravest || place.grade, !view.open);
    set(this.name, place.name);
    set(this.facts, [say(place.kind), say("gradeOf", place.grade, grade(place.grade)), view.open ? say("open", view.open) : say("noOpen")].join(" · "));
    patch(this.above, [...view.above].reverse(), { key: (id) => id, make: () => h("a"), update: (link, id) => { set(link, placeName(id)); attr(link, "href", `/places/${inPath(id)}`); } });
    this.plan.draw(planOf({ place: view, cameras }, view.gravest));
    show(this.parts.cameras, cameras.length);
    this.drawLists(holds, entries, place.contacts || []);
    show(this.newest, alerts.length);
    this.list.draw(alerts);
  }
  drawLists(holds, entries, contacts) {
    show(this.parts.holds, holds.length);
    patch(this.holds, holds, {
      key: (each) => each.place.id, make: () => h("li", {}, glyph(18), h("a"), h("span")),
      update: (item, each) => {
        drawGlyph(item.firstChild, each.gravest || each.place.grade, !each.open);
        set(item.children[1], each.place.name);
        attr(item.children[1], "href", `/places/${inPath(each.place.id)}`);
        set(item.lastChild, [each.open ? say("open", each.open) : "", `${each.live} / ${each.cameras} ${stateOf({ state: "live" })}`].filter(Boolean).join(" · "));
      },
    });
    show(this.parts.entries, entries.length);
    patch(this.entries, entries.map((entry, index) => ({ entry, index })), { key: ({ index }) => index, make: () => h("li", {}, h("span"), h("small")), update: (item, { entry }) => { set(item.firstChild, entry.name || asked(written(entry))); set(item.lastChild, when(entry)); } });
    show(this.parts.contacts, contacts.length);
    patch(this.contacts, contacts, { key: (each) => each.id, make: () => h("li", {}, h("span"), h("a")), update: (item, each) => { set(item.firstChild, each.name); set(item.lastChild, each.phone || ""); attr(item.lastChild, "href", each.phone ? `tel:${each.phone.replace(/[^+\d]/g, "")}` : null); } });
  }
}
/** An entry as the API has it, as somebody would have written it: what is empty is left out. */
const written = (entry) => Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null && !(Array.isArray(value) && !value.length)));
