// An alert's id in, its own page out: stages, clip, why it is one, its events, the place, what to do, the log.

import { act } from "../base/actions.js";
import * as alerts from "../base/alerts.js";
import { ask, inPath } from "../base/api.js";
import { attr, h, set, show, soon } from "../base/dom.js";
import { drawGlyph, glyph } from "../base/grade.js";
import { bind } from "../base/keys.js";
import { grade, joined, title, why } from "../base/terms.js";
import { ago, day, everySecond, secondsSince } from "../base/time.js";
import { plan, planOf } from "../place/plan.js";
import { acts, run } from "./acts.js";
import { beginDoing, undo } from "./doing.js";
import { events } from "./events.js";
import { Film } from "./film.js";
import { log, tasks } from "./log.js";
import { month } from "./month.js";
import { beside, near } from "./near.js";
import { say } from "./pagewords.js";
import { reason, steps } from "./parts.js";
import { photos } from "./photos.js";
import { stages } from "./stages.js";
import { story } from "./story.js";

export const style = "/static/alert/page.css";
const AGAIN_MS = 3000, SEEN = 2;

/** Open the page of one alert. */
export function open(root, { id }) {
  const page = new AlertPage(root, id);
  page.begin();
  return { title: id.slice(-6), close: () => page.close() };
}

/** What its events have in common, and which entry says so. */
function joinedBy(alert) {
  const same = alert.form === "single" ? say("sameRule", Math.round(alert.merge_s)) : why(alert);
  return [joined(alert.events), say("sources", alert.cameras.length), same, say("entry", alert.entry)].join(" · ");
}

class AlertPage {
  constructor(root, id) {
    Object.assign(this, { id, place: null, tried: false, gone: false });
    this.mark = glyph(44);
    [this.name, this.where, this.facts, this.state, this.old] = [h("h1"), h("a"), h("span"), h("h2"), h("b")];
    Object.assign(this, { stages: stages(), film: new Film(), story: story(), events: events(), plan: plan(), month: month(), log: log() });
    this.near = near({ many: SEEN, choose: beside, more: (alert, clips) => !(clips.length || alert.picture) });
    this.joined = h("p", { class: "notice" }, say("joined"), " ", h("a", { text: say("toJoined") }));
    this.acts = acts(() => this.alert);
    this.parts = [this.stages, reason(), steps(), tasks(), photos(), this.log, this.acts];
    this.empty = h("div", { class: "empty" }, h("b", { text: say("loading") }), h("span"));
    this.page = this.built();
    root.append(this.empty, this.page);
  }
  built() {
    const [, why_, todo, sent, taken] = this.parts, one = h("p", { class: "one" });
    this.one = one;
    return h("article", { class: "alertpage", hidden: true },
      h("header", { class: "ah" }, this.mark, h("div", {}, this.name, h("p", {}, this.where, this.facts)), this.stages.node),
      h("div", { class: "left" }, this.joined, this.look = h("div", { class: "look" }, this.film.node, this.near.node),
        h("section", {}, h("h2", { text: say("whyOne") }), one, this.story.node), this.events.node),
      h("aside", { class: "right" }, this.plan.node,
        h("div", { class: "stand" }, this.state, this.old), this.acts.node,
        h("div", { class: "more" }, why_.node, todo.node, sent.node, taken.node, this.log.node, this.noteForm(), this.month.node, h("p", { class: "kept", text: say("kept") }))));
  }
  noteForm() {
    const text = h("input", { type: "text", maxlength: 500, required: true, "aria-label": say("note"), placeholder: say("note"), autocomplete: "off" });
    const send = (event) => { event.preventDefault(); if (text.value.trim()) act(this.id, "note", { text: text.value.trim() }); text.value = ""; };
    return h("form", { class: "noting", on: { submit: send } }, text, h("button", { class: "btn", text: say("save") }));
  }
  begin() {
    const draw = soon(() => this.draw()), does = (name) => () => run(name, this.alert);
    const named = ["acknowledge", "dispatch", "escalate", "close", "notReal", "call", "shelve", "note"].map((name) => [name, does(name)]);
    this.stops = [
      beginDoing(), everySecond(draw), alerts.watch((what) => { if (what === "link" && !this.alert) this.load(); draw(); }),
      bind({ ...Object.fromEntries(named), undo, play: () => this.film.play(), stepBack: () => this.film.step(-1), stepOn: () => this.film.step(1) }),
    ];
    this.load();
  }
  close() {
    this.gone = true;
    clearTimeout(this.again);
    this.film.close();
    this.near.close();
    this.stops.forEach((stop) => stop());
  }
  get alert() { return alerts.alert(this.id); }
  async load() {
    await alerts.load(this.id);
    if (this.gone) return;
    this.tried = true;
    if (!alerts.detail(this.id) && !alerts.link.up) this.again = setTimeout(() => this.load(), AGAIN_MS);
    this.draw();
  }
  draw() {
    const alert = this.alert, whole = alerts.detail(this.id);
    show(this.page, alert && whole);
    show(this.empty, !(alert && whole));
    if (!alert || !whole) { this.drawEmpty(); return; }
    document.title = `${title(alert)} · Tocsin`;
    this.drawHead(alert);
    for (const part of this.parts) part.draw(alert);
    this.film.draw(alert, whole.clips);
    const pictured = whole.clips.length || alert.picture, live = this.near.draw(alert, whole.clips);
    show(this.film.node, pictured || !live);
    this.look.classList.toggle("alone", Boolean(live && !pictured));
    this.story.draw(alert, whole.events);
    this.events.draw(alert, whole.events);
    set(this.one, joinedBy(alert));
    if (this.place !== alert.place) this.about(alert);
  }
  drawEmpty() {
    if (!this.tried) return;
    set(this.empty.firstChild, say(alerts.link.up ? "none" : "loading"));
    set(this.empty.lastChild, say(alerts.link.up ? "noneHelp" : "noLine"));
  }
  drawHead(alert) {
    drawGlyph(this.mark, alert.grade, alert.state !== "new");
    set(this.name, title(alert));
    set(this.where, alert.place_name);
    attr(this.where, "href", `/places/${inPath(alert.place)}`);
    set(this.facts, ` · ${say("grade", alert.grade, grade(alert.grade))} · ${alert.id.slice(-6)} · ${day(alert.opened_at)}`);
    const at = alert.closed_at || alert.arrived_at || alert.dispatched_at || alert.acknowledged_at || alert.opened_at;
    const last = [...this.stages.node.querySelectorAll(".past b")].at(-1);
    set(this.state, last?.textContent || "");
    set(this.old, ago(secondsSince(at)));
    show(this.joined, alert.joined_into);
    if (alert.joined_into) attr(this.joined.lastChild, "href", `/alerts/${alert.joined_into}`);
  }
  /** What lies around it: the plan, and its last 30 days. */
  about(alert) {
    this.place = alert.place;
    this.month.load(alert.place).catch(() => show(this.month.node, false));
    ask(`/api/places/${inPath(alert.place)}`).then((found) => { if (!this.gone) this.plan.draw(planOf(found, alert.grade)); }, () => show(this.plan.node, false));
  }
}
