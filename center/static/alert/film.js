// An alert's clips and still in, the one that is looked at out; every picture is the redacted one.

import { inPath } from "../base/api.js";
import { attr, h, icon, patch, set, show } from "../base/dom.js";
import { Picture } from "../base/picture.js";
import { clock } from "../base/time.js";
import { elsewhere } from "./elsewhere.js";
import { say } from "./pagewords.js";
import { playOrPause, stepIn } from "./player.js";

export class Film {
  constructor() {
    this.video = h("video", { controls: true, preload: "metadata", playsinline: true, "aria-label": say("film"), hidden: true });
    this.video.muted = true;
    this.picture = new Picture((state, why) => this.turn(state, why));
    this.elsewhere = elsewhere(() => this.draw(this.facts.alert, this.facts.clips));
    this.none = h("p", { class: "none", role: "status", text: say("noStill") });
    this.caption = h("span", { class: "cap" });
    this.badge = h("span", { class: "badge" }, icon("eye", 16), say("redacted"));
    this.picks = h("div", { class: "picks", role: "group", "aria-label": say("film") });
    this.node = h("figure", { class: "film" }, h("div", { class: "screen" }, this.none, this.elsewhere.node, this.picture.node, this.video, this.caption, this.badge), this.picks);
    this.chosen = null;
  }
  /** What became of the still: there is one, it is on its way, there is none, or one may not see it. */
  turn(state, why) {
    set(this.none, state === "denied" ? why || say("denied") : state === "starting" ? "" : say("noStill"));
    this.elsewhere.turned(state, why);
    show(this.none, state !== "picture" && !this.elsewhere.waits);
    show(this.badge, state === "picture" || this.chosen);
  }
  draw(alert, clips) {
    this.facts = { alert, clips };
    const firsts = clips.filter((clip, index) => clips.findIndex((each) => each.camera === clip.camera) === index);
    if (this.chosen === null && firsts.length && this.seen !== alert.id) this.choose(firsts[0].camera);
    this.seen = alert.id;
    const all = firsts.length ? [...firsts.map((clip) => clip.camera), ...(alert.picture ? [""] : [])] : [];
    show(this.picks, all.length > 1);
    patch(this.picks, all, {
      key: (camera) => camera, make: (camera) => h("button", { class: "chip plain", text: camera || say("still"), on: { click: () => this.choose(camera) } }),
      update: (button, camera) => attr(button, "aria-pressed", String((this.chosen || "") === camera)),
    });
    this.picture.draw(this.elsewhere.path(alert, alert.captured_at), say("still"));
    show(this.none, this.picture.state !== "picture" && !this.elsewhere.waits);
    const clip = firsts.find((each) => each.camera === this.chosen);
    set(this.caption, clip ? `${clip.camera} · ${clock(clip.happened_at)}` : `${alert.cameras[0] || ""} · ${clock(alert.captured_at)}`);
  }
  choose(camera) {
    const { alert, clips } = this.facts;
    this.chosen = camera || null;
    show(this.video, this.chosen);
    show(this.badge, this.chosen || this.picture.state === "picture");
    if (this.chosen) attr(this.video, "src", `/api/alerts/${inPath(alert.id)}/clip?camera=${inPath(camera)}`);
    else this.video.removeAttribute("src");
    this.draw(alert, clips);
  }
  play() { if (this.chosen) playOrPause(this.video); }
  step(way) { if (this.chosen) stepIn(this.video, way); }
  close() { this.video.pause(); this.video.removeAttribute("src"); this.picture.draw(null); }
}
