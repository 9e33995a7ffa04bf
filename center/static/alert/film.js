// An alert's clips and still in, the one that is looked at out; every picture is the redacted one.

import { inPath } from "../base/api.js";
import { attr, h, icon, patch, set, show } from "../base/dom.js";
import { clock } from "../base/time.js";
import { say } from "./pagewords.js";

const STEP_S = 0.2;

export class Film {
  constructor() {
    this.video = h("video", { controls: true, preload: "metadata", playsinline: true, "aria-label": say("film"), hidden: true });
    this.video.muted = true;
    this.image = h("img", { alt: say("still"), hidden: true });
    this.image.addEventListener("load", () => this.turn(false));
    this.image.addEventListener("error", () => this.turn(true));
    this.none = h("p", { class: "none", text: say("noStill") });
    this.caption = h("span", { class: "cap" });
    this.badge = h("span", { class: "badge" }, icon("eye", 16), say("redacted"));
    this.picks = h("div", { class: "picks", role: "group", "aria-label": say("film") });
    this.node = h("figure", { class: "film" }, h("div", { class: "screen" }, this.none, this.image, this.video, this.caption, this.badge), this.picks);
    this.chosen = null;
  }
  turn(broken) { show(this.image, !broken && !this.chosen); show(this.none, broken && !this.chosen); }
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
    this.drawStill(alert);
    const clip = firsts.find((each) => each.camera === this.chosen);
    set(this.caption, clip ? `${clip.camera} · ${clock(clip.happened_at)}` : `${alert.cameras[0] || ""} · ${clock(alert.captured_at)}`);
    show(this.badge, !this.none.checkVisibility());
  }
  drawStill(alert) {
    if (!alert.picture) { this.turn(true); return; }
    const path = `/api/alerts/${inPath(alert.id)}/picture?of=${alert.revision && alert.captured_at}`;
    if (this.image.getAttribute("src") !== path) attr(this.image, "src", path);
    show(this.image, !this.chosen);
    show(this.none, false);
  }
  choose(camera) {
    const { alert, clips } = this.facts;
    this.chosen = camera || null;
    show(this.video, this.chosen);
    if (this.chosen) attr(this.video, "src", `/api/alerts/${inPath(alert.id)}/clip?camera=${inPath(camera)}`);
    else this.video.removeAttribute("src");
    this.draw(alert, clips);
  }
  play() { if (this.chosen) { if (this.video.paused) this.video.play().catch(() => {}); else this.video.pause(); } }
  step(by) { if (this.chosen) { this.video.pause(); this.video.currentTime += by * STEP_S; } }
  close() { this.video.pause(); this.video.removeAttribute("src"); }
}
