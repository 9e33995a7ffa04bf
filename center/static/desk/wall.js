// The selection in, six pictures that follow it out; a pinned wall keeps its cameras.

import * as alerts from "../base/alerts.js";
import { askCameras, cameras, keyOf } from "../base/cameras.js";
import { attr, h, icon, patch, set, soon } from "../base/dom.js";
import { codeOf, keyName } from "../base/keys.js";
import { kept, share, shared } from "../base/kept.js";
import { everySecond } from "../base/time.js";
import { onSelect, select, selectedAlert } from "./selection.js";
import { chosen, shotOf } from "./shots.js";
import { Tile } from "./tile.js";
import { say } from "./words.js";

export class Wall {
  constructor({ many = 6 } = {}) {
    Object.assign(this, { many, looked: new Map(), pinned: kept.get("pinned") });
    this.how = h("span");
    this.pinButton = h("button", { class: "btn quiet", id: "pin", on: { click: () => this.pin() } }, icon("pin", 16), h("span"), h("kbd", { text: keyName(codeOf("pin")) }));
    this.tiles = h("div", { class: "tiles" });
    this.node = h("section", { class: "wall", "aria-label": say("wall") },
      h("div", { class: "wh" }, h("h2", { text: say("wall") }), this.how, h("div", { class: "sp" }), h("span", { class: "redacted" }, icon("eye", 16), h("span", { text: say("allRedacted") })), this.pinButton, this.second()), this.tiles);
    const draw = soon(() => this.draw());
    this.stops = [onSelect(draw), alerts.watch(draw), everySecond(draw), shared("pinned", (cameras) => { this.pinned = cameras; draw(); })];
    this.load();
    this.draw();
  }
  second() {
    if (location.pathname === "/desk/wall") return null;
    return h("a", { class: "icb", id: "second-wall", href: "/desk/wall", target: "_blank", "aria-label": say("screens"), title: say("screens") }, icon("screen", 16));
  }
  close() {
    this.stops.forEach((stop) => stop());
    this.looked.forEach((tile) => tile.close());
  }
  async load() {
    try { await askCameras(); } catch { return; }
    this.draw();
  }
  pin() {
    this.pinned = this.pinned ? null : this.shown;
    share("pinned", this.pinned);
    this.draw();
  }
  draw() {
    const all = cameras(), known = new Set(all.map(keyOf)), looked = selectedAlert();
    this.shown = (this.pinned || chosen(looked, all, this.many)).filter((key) => known.has(key)).slice(0, this.many);
    const facts = { cameras: all, alerts: alerts.open().concat(looked && !alerts.OPEN.has(looked.state) ? [looked] : []), detailOf: alerts.detail, selected: looked };
    patch(this.tiles, this.shown.map((key) => shotOf(key, facts)), { key: (shot) => shot.key, make: () => this.makeTile(), update: (node, shot) => { this.looked.set(shot.key, node.tile); node.tile.draw(shot); } });
    for (const [key, tile] of this.looked) if (!this.shown.includes(key)) { tile.close(); this.looked.delete(key); }
    set(this.how, this.shown.length ? say(this.pinned ? "pinned" : looked ? "following" : "allCameras") : say("noCameras"));
    attr(this.pinButton, "aria-pressed", String(Boolean(this.pinned)));
    set(this.pinButton.children[1], say(this.pinned ? "unpin" : "pin"));
  }
  makeTile() {
    const tile = new Tile((shot) => { if (shot.alert) select(shot.alert); });
    tile.node.tile = tile;
    return tile.node;
  }
}
