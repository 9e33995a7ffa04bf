// A camera in, its tile on the wall out: a picture, covered, stale, starting, or no permission.

import { attr, h, set, show } from "../base/dom.js";
import { drawGlyph, glyph } from "../base/grade.js";
import { Picture } from "../base/picture.js";
import { ago, clock, secondsSince } from "../base/time.js";
import { say } from "./words.js";

/** One tile. `draw(shot)` takes `{ camera, place, name, state, path, at, since, grade, fresh, chosen }`. */
export class Tile {
  constructor(choose) {
    this.picture = new Picture((state, detail) => { this.seen = state; this.detail = detail; this.say(); });
    this.seen = "none";
    this.detail = "";
    this.tag = glyph(22);
    this.message = h("div", { class: "msg" }, h("span"), h("small"));
    this.caption = h("div", { class: "cap" }, h("b"), h("span"), h("i"));
    this.stage = h("div", { class: "stage" }, this.picture.node);
    this.node = h("button", { class: "tile", on: { click: () => choose(this.shot) } }, this.stage, h("div", { class: "tag" }, this.tag), this.message, this.caption);
  }
  draw(shot) {
    this.shot = shot;
    this.picture.draw(shot.path, `${shot.place}, ${shot.name}, ${say("redacted")}`);
    set(this.caption.firstChild, shot.place);
    set(this.caption.children[1], shot.name);
    set(this.caption.lastChild, shot.at ? clock(shot.at) : "");
    show(this.tag.parentNode, shot.grade);
    if (shot.grade) drawGlyph(this.tag, shot.grade, !shot.fresh);
    attr(this.node, "data-camera", shot.camera);
    this.say();
  }
  /** What state it is in: what the camera's box says counts before what was last seen. */
  state() {
    if (this.seen === "denied") return "denied";
    if (this.shot.state === "blind") return "covered";
    if (this.shot.state === "lost" || this.shot.state === "unheard") return "stale";
    if (this.shot.state === "connecting" || this.seen === "starting") return "starting";
    return this.seen === "picture" ? "picture" : "none";
  }
  say() {
    if (!this.shot) return;
    const state = this.state(), { at, since, chosen } = this.shot;
    attr(this.node, "class", `tile ${state}${chosen ? " on" : ""}`);
    const words = {
      picture: ["", ""], starting: [say("starting"), ""], none: [say("noPictureYet"), say("whenAlert")],
      covered: [say("covered"), since ? say("since", clock(since)) : ""],
      stale: [at ? say("noNew", ago(secondsSince(at))) : say("noSignal"), at ? say("lastFrame", clock(at)) : ""],
      denied: [say("denied"), this.detail],
    }[state];
    set(this.message.firstChild, words[0]);
    set(this.message.lastChild, words[1]);
    show(this.message, words[0]);
    attr(this.node, "aria-label", [this.shot.place, this.shot.name, ...words].filter(Boolean).join(", "));
  }
}
