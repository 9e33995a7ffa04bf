// Places, alerts, cameras and patrols in, the plan of the district out; only alerts have colour.

import * as alerts from "../base/alerts.js";
import { ask } from "../base/api.js";
import { attr, h, icon, patch, set, show, soon, svg } from "../base/dom.js";
import { drawGlyph, glyph } from "../base/grade.js";
import { kept } from "../base/kept.js";
import { askPatrols } from "../base/patrols.js";
import { everySecond } from "../base/time.js";
import { anchor, bounds, cone, middle, positions, projection, scaleLength } from "./geo.js";
import { ground, names, noMap, outlines, sorted } from "./ground.js";
import { boxOf, cleared, widthOf } from "./labels.js";
import { onSelect, select, selectedAlert } from "./selection.js";
import { Viewport } from "./viewport.js";
import { say } from "./words.js";

const PATROLS_S = 10, LETTER_PX = 8, SPREAD_PX = 5.2, LAYERS = ["places", "cameras", "patrols"];

/** How wide a patrol's sign is, and how far below its spot it stands while the patrol is where an alert is. */
const unitWide = (unit) => Math.max(28, widthOf(unit.name) + 18), unitBelow = (unit) => (unit.tasks.length ? 26 : 0);

export class PlaceMap {
  constructor() {
    this.layers = new Set(kept.get("layers", ["places", "patrols"]));
    this.patrols = [];
    this.world = svg("g");
    this.chosen = svg("g");
    [this.ways, this.labels, this.cams, this.units, this.marks, this.mine] = Array.from({ length: 6 }, () => svg("g"));
    this.canvas = svg("svg", { class: "district", tabindex: 0, role: "application", "aria-label": say("map") }, this.world, this.chosen, this.ways, this.labels, this.cams, this.units, this.marks, this.mine);
    this.node = h("section", { class: "map", "aria-label": say("map") }, this.canvas, this.layerButtons(), this.zoomButtons(), this.scaleBar(), this.missing = h("div", { class: "unplaced", hidden: true }));
    this.view = new Viewport(this.canvas, soon(() => this.draw()));
    const draw = soon(() => this.draw());
    let seconds = 0;
    this.stops = [
      () => this.view.close(), onSelect(() => this.follow()), everySecond(() => { if (seconds++ % PATROLS_S === 0) this.askPatrols(); draw(); }),
      alerts.watch((what, facts) => { if (what === "again") this.load(); if (what === "change") { draw(); if (facts?.patrol && facts.id === selectedAlert()?.id) this.askPatrols(); } }),
    ];
    this.load();
  }
  close() { this.stops.forEach((stop) => stop()); }
  layerButtons() {
    const button = (name) => h("button", { "data-layer": name, "aria-pressed": String(this.layers.has(name)), text: say(name), on: { click: (event) => this.turn(name, event.currentTarget) } });
    return h("div", { class: "float west north", role: "group", "aria-label": say("layers") }, LAYERS.map(button));
  }
  zoomButtons() {
    const button = (text, label, act) => h("button", { text, "aria-label": label, title: label, on: { click: act } });
    const second = h("a", { href: "/desk/map", target: "_blank", "aria-label": say("screens"), title: say("screens") }, icon("screen", 16));
    return h("div", { class: "float east north", role: "group" }, location.pathname === "/desk/map" ? null : second, button("−", say("zoomOut"), () => this.view.zoom(1 / 1.4)), button("+", say("zoomIn"), () => this.view.zoom(1.4)), button(say("whole"), say("whole"), () => this.view.fit()));
  }
  scaleBar() {
    this.bar = svg("path");
    this.metres = h("span");
    return this.scale = h("div", { class: "float west south", "aria-hidden": "true" }, h("span", {}, svg("svg", { width: 92, height: 8 }, this.bar), this.metres));
  }
  turn(name, button) {
    if (!this.layers.delete(name)) this.layers.add(name);
    attr(button, "aria-pressed", String(this.layers.has(name)));
    kept.set("layers", [...this.layers]);
    this.draw();
  }
  async load() {
    let features;
    try { ({ features } = await ask("/api/map")); } catch { return; }
    const kinds = sorted(features), points = positions([...kinds.places, ...kinds.camera]);
    this.empty?.remove();
    if (!points.length) { this.node.append(this.empty = noMap(say("noMap"), say("noMapMore"))); return; }
    this.at = projection(middle(points));
    this.kinds = kinds;
    this.spots = new Map(kinds.places.map((each) => [each.id, { name: each.properties.name, kind: each.properties.kind, parent: each.properties.parent, at: anchor(each, this.at) }]));
    for (const spot of this.spots.values()) spot.at ??= this.within(spot);
    this.world.replaceChildren(...ground(kinds.ground, this.at), ...outlines(kinds.places, this.at));
    this.names = names(kinds.ground, this.at);
    this.view.fit(bounds(points.map(this.at)));
    this.askPatrols();
    this.follow();
  }
  /** Where a place is that says nothing itself: where the one that holds it is. */
  within(spot) {
    for (let each = this.spots.get(spot.parent); each; each = this.spots.get(each.parent)) if (each.at) return each.at;
    return null;
  }
  async askPatrols() {
    try { this.patrols = await askPatrols(selectedAlert()?.place); } catch { return; }
    this.draw();
  }
  follow() {
    const spot = this.spots?.get(selectedAlert()?.place);
    if (spot?.at) this.view.reveal(spot.at);
    this.askPatrols();
    this.draw();
  }
  draw() {
    if (!this.spots) return;
    const { x, y, scale } = this.view, move = `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${scale.toFixed(5)})`;
    attr(this.world, "transform", move);
    attr(this.chosen, "transform", move);
    this.drawChosen();
    this.drawWay();
    this.drawNames();
    this.drawCameras();
    this.drawUnits();
    this.drawMarks();
    const metres = scaleLength(scale), wide = metres * scale;
    attr(this.bar.parentNode, "width", Math.ceil(wide) + 2);
    attr(this.bar, "d", `M.5 0v7h${wide.toFixed(1)}v-7`);
    set(this.metres, metres >= 1000 ? `${metres / 1000} km` : `${metres} m`);
  }
  drawChosen() {
    const alert = selectedAlert(), key = alert ? `${alert.place} ${alert.grade} ${alert.state}` : "";
    if (this.chosen.dataset.key === key) return;
    this.chosen.dataset.key = key;
    const place = this.kinds.places.find((each) => each.id === alert?.place), d = place && this.world.querySelector(`[data-place="${CSS.escape(place.id)}"]`)?.getAttribute("d");
    const cones = this.kinds.camera.filter((each) => each.properties.place === alert?.place).map((each) => cone(anchor(each, this.at) || [0, 0], each.properties)).filter(Boolean);
    this.chosen.replaceChildren(...(d ? [svg("path", { class: `chosen t${alert.grade}`, d })] : []), ...cones.map((each) => svg("path", { class: "cone", d: each })));
  }
  place(node, at, dx = 0, dy = 0) {
    const [x, y] = this.view.px(at);
    attr(node, "transform", `translate(${(x + dx).toFixed(1)} ${(y + dy).toFixed(1)})`);
  }
  drawWay() {
    const alert = selectedAlert(), spot = this.spots.get(alert?.place), unit = this.nearest(alert);
    const ends = spot?.at && unit?.position && this.layers.has("patrols") ? [{ id: "way", from: this.at(unit.position), to: spot.at }] : [];
    patch(this.ways, ends, { key: (each) => each.id, make: () => svg("path", { class: "way" }), update: (node, { from, to }) => attr(node, "d", `M${this.view.px(from).map(Math.round)}L${this.view.px(to).map(Math.round)}`) });
  }
  /** Who was sent; else who is ready and nearest. */
  nearest(alert) {
    if (!alert) return null;
    return this.patrols.find((each) => each.tasks.some((task) => task.alert === alert.id)) || this.patrols.find((each) => each.state === "ready" && each.position) || null;
  }
  drawNames() {
    const near = this.view.scale > 0.25, px = (each) => { const [x, y] = this.view.px(each.at); return [x, y + (each.below || 0)]; };
    const shown = this.layers.has("places") ? [
      ...this.names.map((each, i) => ({ key: `ground-${i}`, text: each.text, cls: each.kind === "water" ? "water" : "dim", at: each.at, still: each.kind === "water" || each.kind === "road", wide: each.kind === "water" ? widthOf(each.text) + each.text.length * SPREAD_PX : undefined })).sort((a, b) => (a.cls === "water") - (b.cls === "water")),
      ...(near ? [...this.spots].filter(([id, spot]) => spot.at && spot.kind === "place" && id !== selectedAlert()?.place).map(([id, spot]) => ({ key: id, text: spot.name, cls: "dim", at: spot.at, below: 26 })) : []),
    ] : [];
    const free = cleared(shown.reverse().map((each) => ({ ...each, px: px(each) })), this.taken());
    patch(this.labels, free, { key: (each) => each.key, make: () => svg("text"), update: (node, each) => { attr(node, "class", each.cls); set(node, each.text); this.place(node, each.at, 0, (each.below || 0) + each.dy); } });
  }
  /** Where patrols, alerts and the chosen place's name stand: no other name covers them. */
  taken() {
    const units = this.shownUnits().map((each) => { const [x, y] = this.view.px(this.at(each.position)); return boxOf([x, y + unitBelow(each)], unitWide(each), 22); });
    const chosen = selectedAlert(), spots = [...new Set([...alerts.open(), ...(chosen ? [chosen] : [])].map((each) => each.place))].map((place) => [place, this.spots.get(place)]).filter(([, spot]) => spot?.at);
    const marks = spots.map(([, spot]) => boxOf(this.view.px(spot.at), 28, 28)), mine = chosen && this.spots.get(chosen.place);
    if (mine?.at) { const [x, y] = this.view.px(mine.at), wide = Math.max(widthOf(mine.name) * 1.2, 120); marks.push(this.onLeft(mine) ? [x - 34 - wide, y - 18, x, y + 20] : [x, y - 18, x + 34 + wide, y + 20]); }
    return [...units, ...marks];
  }
  onLeft(spot) { return this.view.px(spot.at)[0] + spot.name.length * LETTER_PX > this.view.wide - 60; }
  shownUnits() { return this.layers.has("patrols") ? this.patrols.filter((each) => each.position) : []; }
  drawCameras() {
    const here = selectedAlert()?.place, states = new Map((alerts.status?.cameras || []).map((each) => [`${each.place}/${each.camera}`, each.state]));
    const shown = this.kinds.camera.filter((each) => each.geometry && (this.layers.has("cameras") || each.properties.place === here));
    patch(this.cams, shown, {
      key: (each) => each.id,
      make: (each) => svg("g", {}, svg("rect", { x: -4.5, y: -4.5, width: 9, height: 9, rx: 1.5 }), svg("title", { text: each.properties.name || each.properties.device })),
      update: (node, each) => { attr(node, "class", `cam${states.get(`${each.properties.place}/${each.properties.device}`) === "live" ? "" : " dead"}`); this.place(node, anchor(each, this.at)); },
    });
  }
  drawUnits() {
    patch(this.units, this.shownUnits(), {
      key: (each) => each.id,
      make: () => svg("g", {}, svg("rect", { y: -10, height: 20, rx: 10 }), svg("text", { y: 4.3 }), svg("title")),
      update: (node, each) => {
        const wide = unitWide(each);
        attr(node, "class", each.state === "ready" ? "unit" : "unit busy");
        attr(node.firstChild, "x", -wide / 2);
        attr(node.firstChild, "width", wide);
        set(node.children[1], each.name);
        this.place(node, this.at(each.position), 0, unitBelow(each));
      },
    });
  }
  drawMarks() {
    const places = new Map(), chosen = selectedAlert();
    for (const each of alerts.open()) places.set(each.place, [...(places.get(each.place) || []), each]);
    const all = [...places].map(([place, some]) => ({ place, some: some.sort(alerts.byUrgency), spot: this.spots.get(place) }));
    const placed = all.filter((each) => each.spot?.at && each.place !== chosen?.place);
    patch(this.marks, placed, { key: (each) => each.place, make: (each) => this.makeMark(each.place), update: (node, each) => this.updateMark(node, each, each.some[0], each.some.length) });
    const mine = chosen && this.spots.get(chosen.place)?.at ? [{ place: chosen.place, some: places.get(chosen.place) || [chosen], spot: this.spots.get(chosen.place) }] : [];
    patch(this.mine, mine, { key: (each) => each.place, make: (each) => this.makeMine(each.place), update: (node, each) => this.updateMine(node, each, chosen) });
    const lost = all.filter((each) => !each.spot?.at).reduce((sum, each) => sum + each.some.length, 0);
    show(this.missing, lost);
    set(this.missing, say("unplaced", lost));
  }
  makeMark(place) {
    const pick = () => { if (this.view.dragged > 4) return; const first = alerts.open().filter((each) => each.place === place).sort(alerts.byUrgency)[0]; if (first) select(first.id); };
    const mark = glyph(22);
    attr(mark, "x", -11);
    attr(mark, "y", -11);
    return svg("g", { class: "mark", role: "button", on: { click: pick } }, svg("circle", { class: "hit", r: 16 }), mark, svg("text", { class: "many", x: 13, y: -5 }), svg("title"));
  }
  updateMark(node, { spot }, first, many) {
    drawGlyph(node.children[1], first.grade, first.state !== "new");
    set(node.children[2], many > 1 ? String(many) : "");
    set(node.children[3], `${spot.name}${many > 1 ? ` (${many})` : ""}`);
    this.place(node, spot.at);
  }
  makeMine() {
    const mark = glyph(30);
    attr(mark, "x", -15);
    attr(mark, "y", -15);
    return svg("g", {}, svg("circle", { class: "pulse", r: 17 }), mark, svg("text", { class: "name", x: 34, y: -4 }), svg("text", { class: "dim near", x: 34, y: 14 }));
  }
  updateMine(node, { some, spot }, chosen) {
    const unit = this.nearest(chosen), [pulse, mark, name, near] = node.children;
    const left = this.onLeft(spot);
    attr(pulse, "class", `pulse t${chosen.grade}`);
    attr(pulse, "visibility", chosen.state === "new" ? null : "hidden");
    drawGlyph(mark, chosen.grade, chosen.state !== "new");
    set(name, some.length > 1 ? `${spot.name} (${some.length})` : spot.name);
    set(near, unit && unit.distance_m !== null ? say("unitAway", unit.name, unit.distance_m < 950 ? `${Math.round(unit.distance_m / 10) * 10} m` : `${(unit.distance_m / 1000).toFixed(1)} km`) : "");
    for (const text of [name, near]) { attr(text, "x", left ? -34 : 34); attr(text, "text-anchor", left ? "end" : "start"); }
    this.place(node, spot.at);
  }
}
