// The selected alert in, the column that says all about it out, with what can be done at its foot.

import { detail, watch } from "../base/alerts.js";
import { h, show, soon } from "../base/dom.js";
import { everySecond } from "../base/time.js";
import { acts } from "../alert/acts.js";
import { clip } from "../alert/clip.js";
import { lanes } from "../alert/lanes.js";
import { log, tasks } from "../alert/log.js";
import { near } from "../alert/near.js";
import { facts, head, reason, steps } from "../alert/parts.js";
import { photos } from "../alert/photos.js";
import { onSelect, selectedAlert } from "./selection.js";
import { say } from "./words.js";

export class Pane {
  constructor() {
    this.top = head();
    this.lanes = lanes();
    this.clip = clip({ onTime: (when) => this.lanes.stand(when) });
    this.near = near();
    this.parts = [this.clip, this.lanes, reason(), steps(), tasks(), photos(), log(), facts()];
    this.acts = acts(selectedAlert);
    this.empty = h("div", { class: "empty", text: say("select") });
    this.body = h("div", { class: "body", tabindex: 0, "aria-label": say("pane") }, this.near.node, this.parts.map((part) => part.node));
    this.node = h("aside", { class: "pane", "aria-label": say("pane") }, this.empty, this.top.node, this.body, this.acts.node);
    const draw = soon(() => this.draw());
    this.stops = [watch(draw), onSelect(() => { this.body.scrollTop = 0; this.draw(); }), everySecond(draw)];
    this.draw();
  }
  close() { this.stops.forEach((stop) => stop()); this.near.close(); }
  draw() {
    const alert = selectedAlert();
    show(this.empty, !alert);
    for (const node of [this.top.node, this.body, this.acts.node]) show(node, alert);
    if (!alert) { this.near.close(); return; }
    for (const part of [this.top, ...this.parts, this.acts]) part.draw(alert);
    this.drawViews(alert);
  }
  /** Live views stand first, and in place of a picture that there is none of. */
  drawViews(alert) {
    const clips = detail(alert.id)?.clips || [], live = this.near.draw(alert, clips);
    show(this.clip.node, clips.length || alert.picture || !live);
  }
}
