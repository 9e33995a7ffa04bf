// A camera in, its tile on the wall out: live, its last picture, covered, stale, starting, or no permission.

import { attr, h, set, show } from "../base/dom.js";
import { drawGlyph, glyph } from "../base/grade.js";
import { watchLive } from "../base/live.js";
import { Picture } from "../base/picture.js";
import { ago, clock, secondsSince } from "../base/time.js";
import { say } from "./words.js";

/** One tile. `draw(shot)` takes `{ camera, box, place, name, state, path, at, since, grade, fresh, chosen }`; `close()` lets go of the view. */
export class Tile {
  constructor(choose) {
    this.picture = new Picture((state, detail) => { this.seen = state; this.detail = detail; this.say(); });
    this.seen = "none";
    this.detail = "";
    this.tag = glyph(22);
    this.message = h("div", { class: "msg" }, h("span"), h("small"));
    this.caption = h("div", { class: "cap" }, h("b"), h("span"), h("i"));
    this.video = h("video", { "aria-hidden": "true" });
    this.stage = h("div", { class: "stage" }, this.picture.node, this.video);
    this.node = h("button", { class: "tile", on: { click: () => choose(this.shot) } }, this.stage, h("div", { class: "tag" }, this.tag), this.message, this.caption);
  }
  /** While its box shows the camera it is looked at live, a still a second; nothing is asked for while nobody can see it. */
  watch() {
    const wanted = this.shot.state === "live";
    if (wanted === Boolean(this.stop)) return;
    this.close();
    if (wanted) this.stop = watchLive(this.video, this.shot.camera, { box: this.shot.box, onState: (told) => { this.told = told; this.say(); } });
  }
  close() {
    this.stop?.();
    this.stop = this.told = null;
  }
  draw(shot) {
    this.shot = shot;
    this.watch();
    this.picture.draw(shot.path, `${shot.place}, ${shot.name}, ${say("redacted")}`);
    set(this.caption.firstChild, shot.place);
    set(this.caption.children[1], shot.name);
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
    if (this.told?.at && this.told.of === "live") return this.told.state === "live" ? "live" : "frozen";
    if (this.shot.state === "connecting" || this.seen === "starting") return "starting";
    return this.seen === "picture" ? "picture" : this.told?.state === "starting" ? "starting" : "none";
  }
  say() {
    if (!this.shot) return;
    const state = this.state(), watched = state === "live" || state === "frozen", { since, chosen } = this.shot, at = watched ? this.told.at : this.shot.at;
    attr(this.node, "class", `tile ${state === "frozen" ? "stale" : state}${watched ? " watched" : ""}${chosen ? " on" : ""}`);
    set(this.caption.lastChild, at ? clock(at) : "");
    const words = {
      picture: ["", ""], live: ["", ""], starting: [say("starting"), ""], none: [say("noPictureYet"), say("whenAlert")],
      covered: [say("covered"), since ? say("since", clock(since)) : ""],
      stale: [at ? say("noNew", ago(secondsSince(at))) : say("noSignal"), at ? say("lastFrame", clock(at)) : ""],
      denied: [say("denied"), this.detail],
    }[state === "frozen" ? "stale" : state];
    set(this.message.firstChild, words[0]);
    set(this.message.lastChild, words[1]);
    show(this.message, words[0]);
    attr(this.node, "aria-label", [this.shot.place, this.shot.name, ...words].filter(Boolean).join(", "));
  }
}
