// A day and a place in, all that can be reported of them out: files, alarm quality, the shift, which rule to tune.

import { ask, askAll, inPath, Problem } from "../base/api.js";
import { h, set, show } from "../base/dom.js";
import { day, now } from "../base/time.js";
import { feedback } from "./feedback.js";
import { files } from "./files.js";
import { handover } from "./handover.js";
import { quality } from "./quality.js";
import { say } from "./words.js";

export const style = "/static/reports/reports.css";

/** Open the reports; `shift` is `2026-03-01-2`, the shift to show. */
export function open(root, { shift }) {
  const page = new Reports(root, shift);
  page.begin();
  return { title: say("title"), close: () => { page.closed = true; } };
}

class Reports {
  constructor(root, shift) {
    const [, date, number] = /^(\d{4}-\d\d-\d\d)-(\d+)$/.exec(shift || "") || [], today = day(now());
    Object.assign(this, { closed: false, files: files(), quality: quality(), feedback: feedback(), handover: handover() });
    this.date = h("input", { type: "date", value: date || today, max: today, on: { change: () => this.turn() } });
    this.place = h("select", { on: { change: () => this.turn() } }, h("option", { value: "", text: say("allPlaces") }));
    this.number = h("input", { type: "number", min: 1, max: 12, value: number || 1 });
    const asked = h("form", { class: "asks", on: { submit: (event) => { event.preventDefault(); this.show(); } } }, h("label", {}, h("span", { text: say("number") }), this.number), h("button", { class: "btn pri", text: say("show") }), h("button", { type: "button", class: "btn", text: say("printIt"), on: { click: () => print() } }));
    this.said = { quality: h("p", { class: "hint", role: "status" }), feedback: h("p", { class: "hint", role: "status" }), handover: h("p", { class: "hint", role: "status" }) };
    const part = (word, name, ...nodes) => h("section", { class: "report", id: name }, h("h2", { text: say(word) }), ...nodes);
    root.append(h("div", { class: "reports" }, h("h1", { text: say("title") }), h("div", { class: "asks" }, h("label", {}, h("span", { text: say("date") }), this.date), h("label", {}, h("span", { text: say("place") }), this.place)),
      part("periods", "files", this.files.node), part("shift", "shift", asked, this.said.handover, this.handover.node),
      part("quality", "alarms", this.said.quality, this.quality.node), part("feedback", "rules", this.said.feedback, this.feedback.node)));
    for (const name of ["quality", "feedback", "handover"]) show(this[name].node, false);
    this.wanted = Boolean(date);
  }
  begin() {
    askAll("/api/places?limit=500", "places", 4).then(({ places }) => { if (!this.closed) this.place.append(...places.map(({ place }) => h("option", { value: place.id, text: place.name }))); }, () => {});
    this.turn();
    if (this.wanted) this.show();
  }
  get of() { return this.place.value ? `place=${inPath(this.place.value)}` : ""; }
  turn() {
    if (!this.date.value) return;
    this.files.draw(this.date.value, this.place.value);
    this.take("quality", `/api/reports/alarms?${this.of}`);
    this.take("feedback", `/api/feedback?${this.of}`);
  }
  show() {
    const name = `${this.date.value}-${this.number.value}`;
    history.replaceState(null, "", `/reports/shift/${name}`);
    this.take("handover", `/api/reports/shift/${name}?${this.of}`);
  }
  async take(name, path) {
    try {
      const found = await ask(path);
      if (this.closed) return;
      set(this.said[name], "");
      show(this[name].node, true);
      this[name].draw(found);
    } catch (error) {
      show(this[name].node, false);
      if (name === "quality" && error.status === 404) show(this.files.node.parentElement, false);
      const refused = error instanceof Problem && { 403: "denied", 404: name === "handover" ? "noShift" : "notHere" }[error.status];
      set(this.said[name], refused ? say(refused) : error instanceof Problem ? error.message : say("offline"));
    }
  }
}
