// A day and a place in, all that can be reported of them out: files, alarm quality, the shift, which rule to tune.

import { ask, askAll, inPath, Problem } from "../base/api.js";
import { h, set, show } from "../base/dom.js";
import { day, everySecond, now } from "../base/time.js";
import { feedback } from "./feedback.js";
import { files, links, OF_ALARMS, OF_SHIFT } from "./files.js";
import { handover } from "./handover.js";
import { quality } from "./quality.js";
import { say } from "./words.js";

export const style = "/static/reports/reports.css";

/** Open the reports; `shift` is `2026-03-01-2`, the shift to show. */
export function open(root, { shift }) {
  const page = new Reports(root, shift);
  page.begin();
  return { title: say("title"), close: () => { page.closed = true; page.stop(); } };
}

class Reports {
  constructor(root, shift) {
    const [, date, number] = /^(\d{4}-\d\d-\d\d)-(\d+)$/.exec(shift || "") || [], today = day(now());
    Object.assign(this, { closed: false, files: files(), quality: quality(), feedback: feedback(), handover: handover() });
    this.date = h("input", { type: "date", value: date || today, max: today, on: { change: () => this.turn() } });
    this.place = h("select", { on: { change: () => this.turn() } }, h("option", { value: "", text: say("allPlaces") }));
    this.number = h("select", {}, h("option", { value: number || 1, text: number || 1 }));
    const asked = h("form", { class: "asks", on: { submit: (event) => { event.preventDefault(); this.show(); } } }, h("label", {}, h("span", { text: say("number") }), this.number), h("button", { class: "btn", text: say("show") }), h("button", { type: "button", class: "btn", text: say("printIt"), on: { click: () => print() } }));
    this.links = { quality: h("div", { class: "files" }), handover: h("div", { class: "files" }) };
    this.said = { quality: h("p", { class: "hint", role: "status" }), feedback: h("p", { class: "hint", role: "status" }), handover: h("p", { class: "hint", role: "status" }) };
    const part = (word, name, ...nodes) => h("section", { class: "report", id: name }, h("h2", { text: say(word) }), ...nodes);
    root.append(h("div", { class: "reports" }, h("h1", { text: say("title") }), h("div", { class: "asks" }, h("label", {}, h("span", { text: say("date") }), this.date), h("label", {}, h("span", { text: say("place") }), this.place)),
      part("periods", "files", this.files.node), part("shift", "shift", asked, this.said.handover, this.handover.node, this.links.handover),
      part("quality", "alarms", this.said.quality, this.quality.node, this.links.quality), part("feedback", "rules", this.said.feedback, this.feedback.node)));
    for (const name of ["quality", "feedback", "handover"]) { show(this[name].node, false); if (this.links[name]) show(this.links[name], false); }
    this.wanted = Boolean(date);
  }
  begin() {
    askAll("/api/places?limit=500", "places", 4).then(({ places }) => { if (!this.closed) this.place.append(...places.map(({ place }) => h("option", { value: place.id, text: place.name }))); }, () => {});
    this.stop = everySecond(() => this.roll());
    this.turn();
    this.askShifts();
  }
  /** Which shifts there are; the one that goes on is shown, if the address asks for none. */
  async askShifts() {
    if (this.wanted) this.show();
    try {
      const { begins, day: today, number, zone } = await ask("/api/reports/shifts"), chosen = this.number.value;
      if (this.closed) return;
      this.number.replaceChildren(...begins.map((from, at) => h("option", { value: at + 1, text: `${at + 1} · ${from}–${begins[(at + 1) % begins.length]} ${zone}` })));
      this.number.value = this.wanted ? chosen : number;
      if (this.wanted) return;
      this.shiftDay = today;
      this.show({ address: false });
    } catch (error) { this.refuse("handover", error); }
  }
  /** After midnight the newest day is another; who looked at today goes along. */
  roll() {
    const today = day(now()), followed = this.date.value === this.date.max;
    if (today === this.date.max) return;
    this.date.max = today;
    if (followed) { this.date.value = today; this.turn(); }
  }
  get of() { return this.place.value ? `place=${inPath(this.place.value)}` : ""; }
  turn() {
    if (!this.date.value) return;
    this.files.draw(this.date.value, this.place.value);
    this.link("quality", "/api/reports/alarms", OF_ALARMS);
    this.take("quality", `/api/reports/alarms?${this.of}`);
    this.take("feedback", `/api/feedback?${this.of}`);
  }
  /** A night's shift that goes on began yesterday. */
  show({ address = true } = {}) {
    const name = `${(!address && this.shiftDay) || this.date.value}-${this.number.value}`;
    if (address) history.replaceState(null, "", `/reports/shift/${name}`);
    this.link("handover", `/api/reports/shift/${name}`, OF_SHIFT);
    this.take("handover", `/api/reports/shift/${name}?${this.of}`);
  }
  link(name, base, sheets) { this.links[name].replaceChildren(h("section", { class: "card" }, links(base, this.of && `&${this.of}`, sheets))); }
  async take(name, path) {
    try {
      const found = await ask(path);
      if (this.closed) return;
      set(this.said[name], "");
      show(this[name].node, true);
      if (this.links[name]) show(this.links[name], true);
      this[name].draw(found);
    } catch (error) { this.refuse(name, error); }
  }
  refuse(name, error) {
    show(this[name].node, false);
    if (this.links[name]) show(this.links[name], false);
    if (name === "quality" && error.status === 404) show(this.files.node.parentElement, false);
    const refused = error instanceof Problem && { 403: "denied", 404: name === "handover" ? "noShift" : "notHere" }[error.status];
    set(this.said[name], refused ? say(refused) : error instanceof Problem ? error.message : say("offline"));
  }
}
