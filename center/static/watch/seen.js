// An entry in, the last redacted picture of what it is about out, with its zones and lines and where on it events were.

import { attr, h, patch, set, show, svg } from "../base/dom.js";
import { Picture } from "../base/picture.js";
import { clock, day } from "../base/time.js";
import { Drawn } from "./drawn.js";
import { camerasOf, pictureOf, zonesOf } from "./looking.js";
import { say } from "./words.js";
import { isDrawn, partsOf, rulesOf, shapesOf } from "./zones.js";

const NONE = { spots: [] }, TRIES = 6, AGAIN_MS = 1000, PASSING_MS = 4000;
/** What of an entry decides where it is: as long as that is the same, nothing is asked for anew. */
const aboutOf = (entry) => JSON.stringify([entry.place, partsOf(entry).map(({ rule, class: thing, device, line, direction }) => [rule, thing, device, line, direction])]);
const moment = (at) => `${day(at)} ${clock(at)}`;

export class Seen {
  constructor() {
    this.picture = new Picture((state, why) => { Object.assign(this, { state, why }); this.draw(); });
    this.drawn = new Drawn();
    this.marks = svg("svg", { viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true" });
    this.none = h("p", { role: "status" });
    this.canvas = h("div", { class: "canvas", "data-theme": "dark" }, this.picture.node, this.marks, this.drawn.marks, this.drawn.names);
    this.caption = h("figcaption"), this.list = h("ul", { class: "spots" });
    this.link = h("a", { class: "btn", text: say("openAlert") });
    this.choice = h("select", { id: "zonecamera", on: { change: () => { this.kept = this.choice.value; this.choose(this.cameras.find(({ key }) => key === this.kept)); } } });
    this.chooser = h("label", { class: "field" }, h("span", { text: say("camera") }), this.choice);
    this.untold = h("span"), this.anew = h("button", { class: "btn", type: "button", text: say("askAgain"), on: { click: () => this.begin() } });
    this.trouble = h("p", { class: "untold", role: "status" }, this.untold, this.anew);
    this.node = h("aside", { class: "seen", "aria-label": say("where") }, h("h3", { text: say("where") }), this.chooser, h("figure", {}, h("div", { class: "frame" }, this.none, this.canvas), this.caption), this.trouble, this.drawn.list, this.list, this.link, h("p", { class: "hint", text: say("zones") }));
    Object.assign(this, { entry: null, about: null, turn: 0, cameras: [], camera: null, kept: null, found: NONE, looked: false, told: {}, state: "none", why: "" });
  }
  /** Ask for what it is about, once for each place and rule. */
  show(entry) {
    const about = aboutOf(entry), same = about === this.about;
    Object.assign(this, { entry, about });
    if (!same) this.begin();
  }
  async begin() {
    const mine = ++this.turn;
    this.cameras = [];
    this.clear();
    try {
      const [cameras, found] = await Promise.all([camerasOf(this.entry), pictureOf(this.entry)]);
      if (mine !== this.turn) return;
      this.cameras = cameras;
      const seen = cameras.find(({ camera }) => camera === found?.shown?.camera), chosen = cameras.find(({ key }) => key === this.kept) ?? seen ?? cameras.find(({ state }) => state === "live") ?? cameras[0];
      if (chosen) await this.choose(chosen, chosen === seen ? found : null);
      else this.take(found);
    } catch { if (mine === this.turn) { this.about = null; this.draw(); } } // asked again with the next change
  }
  /** Look at one of the cameras; `found` is its picture, where that is known already. */
  async choose(camera, found = null) {
    const mine = ++this.turn;
    this.clear();
    this.camera = camera;
    const told = zonesOf(camera).then((said) => { if (mine === this.turn) { this.told = said; this.draw(); } });
    try {
      const last = found ?? (await pictureOf(this.entry, camera));
      if (mine === this.turn) this.take(last);
    } catch { if (mine === this.turn) this.take(null); }
    await told;
    await this.again(mine);
  }
  /** What a box that is away could not tell is asked for again, until it has told it. */
  async again(mine) {
    while (mine === this.turn && this.told.passing) {
      await new Promise((go) => { setTimeout(go, PASSING_MS); });
      if (mine !== this.turn || !this.node.isConnected) return;
      const camera = (await camerasOf(this.entry).catch(() => [])).find(({ key }) => key === this.camera.key);
      const told = camera && (await zonesOf(camera));
      if (told && mine === this.turn) { this.told = told; this.draw(); }
    }
  }
  async take(found) {
    const mine = this.turn;
    Object.assign(this, { found: found ?? NONE, looked: true });
    const drawing = this.picture.draw(found?.path ?? null, say("seen"));
    this.draw();
    await drawing;
    if (found?.still) await this.later(found, mine);
  }
  /** The first still of a busy box is late: it is asked for some times more. */
  async later({ path }, mine) {
    for (let tried = 1; tried < TRIES && mine === this.turn && this.state === "none"; tried += 1) {
      await new Promise((go) => { setTimeout(go, AGAIN_MS); });
      if (mine !== this.turn) return;
      this.picture.draw(null);
      await this.picture.draw(path, say("seen"));
    }
  }
  clear() {
    Object.assign(this, { found: NONE, looked: false, told: {}, camera: null });
    this.picture.draw(null);
    this.draw();
  }
  /** The zones and lines, and why there are none. */
  zones() {
    const { drawing, why } = this.told;
    if (!drawing || !this.camera) return { shapes: [], why: why ?? "" };
    const name = this.camera.camera, left = drawing.left_out ? say("leftOut", drawing.left_out) : "";
    return { shapes: shapesOf(this.entry, name, drawing), why: rulesOf(this.entry, name, drawing).length || !isDrawn(this.entry) ? left : say("noRule", name) };
  }
  draw() {
    if (!this.entry) return;
    const { found: { alert, shown, spots }, state } = this, there = state === "picture", { shapes, why } = this.zones();
    set(this.none, state === "denied" ? this.why : this.looked && !there && state !== "starting" ? say("noneSeen") : "");
    show(this.none, this.none.textContent);
    show(this.canvas, there || shapes.length);
    this.canvas.classList.toggle("bare", !there);
    this.drawn.draw(shapes);
    show(this.drawn.list, shapes.length);
    this.drawCameras();
    set(this.untold, why);
    show(this.trouble, why);
    show(this.anew, this.told.why);
    show(this.link, alert);
    if (alert) attr(this.link, "href", `/alerts/${alert.id}`);
    const of = shown ?? (there && this.camera ? { camera: this.camera.camera, happened_at: this.picture.captured } : null);
    set(this.caption, of ? [of.camera, of.happened_at && moment(of.happened_at), say("redacted")].filter(Boolean).join(" · ") : "");
    show(this.caption, of);
    patch(this.marks, there ? spots : [], { key: (spot) => spot.id, make: () => svg("rect"), update: (rect, { box: [x0, y0, x1, y1] }) => { attr(rect, "x", x0); attr(rect, "y", y0); attr(rect, "width", x1 - x0); attr(rect, "height", y1 - y0); } });
    patch(this.list, there ? spots : [], { key: (spot) => spot.id, make: () => h("li"), update: (item, { box, at }) => set(item, say("spot", clock(at), ...box.map((side) => Math.round(side * 100)))) });
  }
  drawCameras() {
    show(this.chooser, this.cameras.length > 1);
    patch(this.choice, this.cameras, { key: ({ key }) => key, make: ({ key }) => h("option", { value: key }), update: (option, { camera, name, place_name: place }) => set(option, [name || camera, place].join(" · ")) });
    if (this.camera) this.choice.value = this.camera.key;
  }
}
