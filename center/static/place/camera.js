// A camera's id in, its page out: what it sees just now, redacted, how it does, where it looks, its newest alerts.

import { ask, inPath, Problem } from "../base/api.js";
import { h, patch, set, show } from "../base/dom.js";
import { everySecond, span } from "../base/time.js";
import { list } from "../search/list.js";
import { live } from "./live.js";
import { plan, planOf } from "./plan.js";
import { nameOf, say, stateOf } from "./words.js";

export const style = "/static/place/place.css";
const EVERY_S = 5;

export function open(root, { id }) {
  const page = new CameraPage(root, id);
  page.load();
  return { title: id, close: () => page.close() };
}
/** What a box said of a camera, as words and figures. */
export function factsOf(camera, by = 0) {
  const told = camera.told, figure = (n) => (n === undefined ? null : n.toFixed(1));
  return [
    ["state", stateOf(camera)], ["box", camera.box], ["heard", camera.age_s === null ? null : say("since", span(camera.age_s + by))],
    ["trouble", told?.trouble], ["size", told?.width ? `${told.width} × ${told.height}` : null], ["rate", figure(told?.fps_in)], ["decoded", figure(told?.fps_decoded)],
    ["mode", [told?.mode, told?.mode_why].filter(Boolean).join(", ")], ["events", told && String(told.events)], ["reconnects", told && String(told.reconnects)],
  ].filter(([, text]) => text);
}

class CameraPage {
  constructor(root, id) {
    Object.assign(this, { id, box: new URLSearchParams(location.search).get("box"), view: null, wait: EVERY_S, at: 0, closed: false, plan: plan(), list: list() });
    [this.name, this.place, this.facts, this.stage] = [h("h1"), h("a"), h("dl", { class: "facts" }), h("div", { class: "stage" })];
    this.empty = h("p", { class: "empty", text: say("loading") });
    this.none = h("p", { class: "hint", text: say("noAlerts") });
    this.page = h("div", { class: "placepage", hidden: true }, h("header", {}, this.name, this.place),
      h("div", { class: "two" }, this.stage, h("div", {}, h("h2", { text: say("health") }), this.facts, this.plan.node)),
      h("section", {}, h("h2", { text: say("newest") }), this.none, this.list.node));
    root.append(this.empty, this.page);
    this.stop = everySecond(() => { if (--this.wait <= 0) this.load(); else if (this.found) this.drawFacts(); });
  }
  close() { this.closed = true; this.stop(); this.view?.close(); }
  async load() {
    this.wait = EVERY_S;
    try {
      const found = await ask(`/api/cameras/${inPath(this.id)}${this.box ? `?box=${inPath(this.box)}` : ""}`);
      if (this.closed) return;
      Object.assign(this, { found, at: Date.now() });
      if (!this.view) this.begin(found.camera);
      this.draw(found);
    } catch (error) { if (error instanceof Problem && !this.found) set(this.empty, say("none")); }
  }
  begin(camera) {
    this.view = live(camera, { rate: "full", linked: false });
    this.stage.append(this.view.node);
    ask(`/api/places/${inPath(camera.place)}`).then((place) => { if (!this.closed) this.plan.draw({ ...planOf(place, null), name: camera.place_name }); }, () => show(this.plan.node, false));
  }
  draw({ camera, alerts }) {
    show(this.page, true);
    show(this.empty, false);
    set(this.name, nameOf(camera));
    set(this.place, camera.place_name);
    this.place.href = `/places/${inPath(camera.place)}`;
    this.drawFacts();
    show(this.none, !alerts.length);
    show(this.list.node, alerts.length);
    this.list.draw(alerts);
  }
  drawFacts() {
    const cells = factsOf(this.found.camera, (Date.now() - this.at) / 1000).flatMap(([key, text]) => [["dt", key, say(key)], ["dd", key, text]]);
    patch(this.facts, cells, { key: ([tag, key]) => tag + key, make: ([tag]) => h(tag), update: (cell, [, , text]) => set(cell, text) });
  }
}
