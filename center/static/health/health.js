// How places, cameras and boxes do in, a page sorted by harm out: blind places and what they weaken come first.

import * as alerts from "../base/alerts.js";
import { ask, askAll, Problem } from "../base/api.js";
import { h, set, show } from "../base/dom.js";
import { ago, everySecond, now, span } from "../base/time.js";
import { drawEntries, harm } from "./harm.js";
import { boxTable, cameraTable, channelTable, levelTable } from "./tables.js";
import { say } from "./words.js";

export const style = "/static/health/health.css";
const EVERY_S = 5;
/** What boxes tried without a right to it: a sentence for each, with the last subject. */
const tried = () => (alerts.status?.refused ?? []).slice(0, 3).map((each) => say("tried", each.user, each.count, each.what, each.subject));

export function open(root) {
  const page = new HealthPage(root);
  page.begin();
  return { title: say("title"), close: () => page.close() };
}

/** Cameras whose place the watch list does not have: the first few, and how many more there are. */
const unplaced = (cameras) => cameras.length > 0 && say("unplaced", cameras.slice(0, 3).map((each) => `${each.box}/${each.camera} → ${each.place}`).join(", "), Math.max(0, cameras.length - 3));

/** What to say of a broker whose disk was older than before, for a day. */
const wentBack = (rewound) => rewound && now() - Date.parse(rewound.at) < 864e5 && say("rewound", rewound.messages, new Date(rewound.at).toLocaleString());

class HealthPage {
  constructor(root) {
    Object.assign(this, { found: null, at: null, refused: "", wait: 0, busy: false, closed: false, harm: harm(), boxes: boxTable(), cameras: cameraTable(), levels: levelTable(), channels: channelTable() });
    this.sum = h("h1"), this.blind = h("p", { class: "blindsum", role: "status" }), this.line = h("p", { class: "line" });
    this.trouble = h("p", { class: "notice", role: "status" });
    this.well = h("div", { class: "empty" }, h("b"), h("span"));
    const worst = h("h2", { text: say("places") });
    this.worst = h("section", {}, worst, this.harm.node);
    this.unfed = h("ul", { class: "unfed" });
    this.hungry = h("section", {}, h("h2", { text: say("unfed") }), this.unfed);
    this.linked = h("section", {}, h("h2", { text: say("levels") }), this.levels.node);
    this.telling = h("section", { id: "channels" }, h("h2", { text: say("channels") }), this.channels.node);
    root.append(h("div", { class: "healthpage" }, h("header", {}, this.sum, this.blind, this.line), this.trouble, this.well, this.worst, this.hungry,
      h("section", {}, h("h2", { text: say("boxes") }), this.boxes.node), this.telling, this.linked, h("section", {}, h("h2", { text: say("cameras") }), this.cameras.node)));
  }
  begin() {
    this.stops = [everySecond(() => { if (--this.wait <= 0) this.load(); this.draw(); })];
    this.draw();
    this.load();
  }
  close() { this.closed = true; this.stops.forEach((stop) => stop()); }
  async load() {
    if (this.busy) return;
    Object.assign(this, { busy: true, wait: EVERY_S });
    try {
      const [health, { boxes }, { cameras }, listed] = await Promise.all([ask("/api/health"), ask("/api/boxes"), askAll("/api/cameras?limit=500", "cameras", 4), ask("/api/watch-list").catch(() => null)]);
      Object.assign(this, { found: { health, boxes, cameras, refused: listed?.state.refused }, at: Date.now() });
      this.refused = "";
    } catch (error) { this.refused = error instanceof Problem ? error.message : ""; } // the age of what is shown says the rest
    this.busy = false;
    if (!this.closed) this.draw();
  }
  draw() {
    const { found } = this;
    for (const part of [this.worst, this.hungry, this.telling, this.linked, this.boxes.node.parentElement, this.cameras.node.parentElement]) show(part, found);
    show(this.well, false);
    if (!found) { set(this.sum, this.refused ? "" : say("loading")); this.drawTrouble(0); return; }
    const { health, boxes, cameras } = found, by = (Date.now() - this.at) / 1000, blind = health.places.filter((each) => each.blind).length;
    set(this.sum, say("seen", health.live, health.cameras));
    set(this.blind, blind ? say("blindPlaces", blind) : "");
    const last = alerts.status?.last_event_age_s;
    set(this.line, last === null || last === undefined ? say("noEvent") : say("last", span(last + Math.max(0, (now() - Date.parse(alerts.status.time)) / 1000))));
    this.drawTrouble(by);
    show(this.worst, health.places.length);
    show(this.well, !health.places.length);
    set(this.well.firstChild, say(health.cameras ? "allWell" : "noCameras"));
    set(this.well.lastChild, health.cameras ? say("allWellHelp", health.cameras) : say("noCamerasHelp"));
    this.harm.draw(health.places);
    show(this.hungry, health.unfed.length);
    drawEntries(this.unfed, health.unfed);
    const levels = alerts.status?.levels || [];
    show(this.linked, levels.length);
    this.levels.draw(levels);
    const channels = alerts.status?.channels || [];
    show(this.telling, channels.length);
    this.channels.draw(channels);
    this.boxes.draw(boxes, by);
    this.cameras.draw(cameras);
  }
  drawTrouble(by) {
    const { found } = this;
    const said = [this.refused, by > 3 * EVERY_S && say("offline", ago(by)), found && !found.health.broker && say("brokerDown"), wentBack(alerts.status?.rewound), found?.refused && say("refused", found.refused), found && unplaced(found.health.unplaced), ...tried()].filter(Boolean).join(" ");
    set(this.trouble, said);
    show(this.trouble, said);
  }
}
