// One entry as it is written in, fields for it out; each change makes the entry anew.

import { h, set, show } from "../base/dom.js";
import { grade, rule } from "../base/terms.js";
import { RULES } from "../search/pickers.js";
import { DAY_NAMES, asked, dayName, isPattern, when } from "./sentence.js";
import { say } from "./words.js";

const CLASSES = ["person", "bicycle", "car", "motorcycle", "bus", "truck", "dog", "cat"];
const option = (value, text) => h("option", { value, text });
const field = (word, input, wide = false) => h("label", { class: wide ? "field wide" : "field" }, h("span", { text: say(word) }), input);
const text = (facts = {}) => h("input", { type: "text", autocomplete: "off", spellcheck: "false", ...facts });
const number = (facts) => h("input", { type: "number", ...facts });
const listed = (value) => value.split(/[,，\s]+/).filter(Boolean);
const numeric = (input) => (input.value === "" ? undefined : Number(input.value));

export class Form {
  /** `changed(entry)` hears the entry as the fields say it; `remove()` that it should go. */
  constructor(changed, remove) {
    this.changed = changed;
    this.sentence = h("p", { class: "sentence" });
    const select = (...options) => h("select", {}, options);
    this.in = {
      place: select(), rule: select(...RULES.map((name) => option(name, rule(name))), option("camera-health", say("camHealth"))),
      class: text({ list: "classes", placeholder: say("classAny") }), at_least: number({ min: 1, max: 1000, step: 1 }), within_s: number({ min: 1, max: 86400 }),
      always: h("input", { type: "checkbox" }), from: h("input", { type: "time" }), to: h("input", { type: "time" }), timezone: text({ placeholder: "Asia/Shanghai" }),
      grade: select(option("", say("ofPlace")), ...[1, 2, 3, 4].map((n) => option(n, `${n} ${grade(n)}`))),
      steps: h("textarea", { rows: 4, required: true }), tell: text(), name: text({ maxlength: 200 }), acknowledge_within_s: number({ min: 5, max: 86400 }), merge_s: number({ min: 0, max: 86400, placeholder: 120 }), id: text({ pattern: "[a-z0-9][a-z0-9_\\-]{0,62}" }),
    };
    this.days = DAY_NAMES.map((day) => h("label", { class: "day" }, h("input", { type: "checkbox", value: day }), h("span", { text: dayName(day) })));
    this.single = h("div", { class: "grid" }, field("what", this.in.rule), field("class", this.in.class), field("many", this.in.at_least), field("within", this.in.within_s));
    this.several = h("p", { class: "notice", text: say("pattern") });
    this.hours = h("div", { class: "hours" }, h("label", { class: "check" }, this.in.always, h("span", { text: say("always") })), field("from", this.in.from), field("to", this.in.to), field("zone", this.in.timezone));
    this.wrong = h("p", { class: "wrong", role: "alert" });
    this.node = h("form", { class: "entryform", on: { submit: (event) => event.preventDefault(), change: () => this.read() } },
      this.sentence, h("div", { class: "grid" }, field("place", this.in.place), field("grade", this.in.grade), field("name", this.in.name), field("id", this.in.id)),
      this.several, this.single, h("fieldset", {}, h("legend", { text: say("hours") }), this.hours, h("div", { class: "days", role: "group", "aria-label": say("days") }, this.days)),
      field("steps", this.in.steps, true), this.wrong,
      h("div", { class: "grid" }, field("tell", this.in.tell), field("ack", this.in.acknowledge_within_s), field("merge", this.in.merge_s)),
      h("datalist", { id: "classes" }, CLASSES.map((name) => option(name))),
      h("div", { class: "foot" }, h("small", { text: say("comments") }), h("button", { type: "button", class: "btn", text: say("remove"), on: { click: remove } })));
  }
  /** Show an entry, unless somebody writes in the fields just now. */
  draw(written, places) {
    this.written = written;
    const place = places.get(written.place);
    set(this.sentence, [asked(written), place?.name || written.place, when(written)].join(" · "));
    if (this.node.contains(document.activeElement) && document.activeElement.matches("input, textarea, select") && this.shown === written.place + written.rule) return;
    this.shown = written.place + written.rule;
    this.drawPlaces(places, written.place);
    for (const name of ["rule", "class", "at_least", "within_s", "grade", "name", "acknowledge_within_s", "merge_s", "id"]) this.in[name].value = written[name] ?? "";
    this.in.steps.value = (written.steps || []).join("\n");
    this.in.tell.value = (written.tell || []).join(", ");
    const { hours = "00:00-24:00", days = DAY_NAMES, timezone = "" } = written.schedule || {}, [from, to] = hours.split("-"), always = hours === "00:00-24:00";
    Object.assign(this.in.always, { checked: always });
    this.in.from.value = always ? "" : from;
    this.in.to.value = always ? "" : to.replace("24:00", "00:00");
    this.in.timezone.value = timezone;
    for (const day of this.days) day.firstChild.checked = days.includes(day.firstChild.value);
    show(this.single, !isPattern(written));
    show(this.several, isPattern(written));
    this.turn();
  }
  drawPlaces(places, chosen) {
    if (this.in.place.options.length !== places.size) this.in.place.replaceChildren(...[...places.values()].map((each) => option(each.id, each.name)));
    this.in.place.value = chosen;
  }
  turn() {
    const { always, from, to } = this.in;
    from.disabled = to.disabled = always.checked;
    set(this.wrong, this.in.steps.value.trim() ? "" : say("noSteps"));
  }
  read() {
    this.turn();
    const fields = this.in, single = !isPattern(this.written);
    const entry = {
      ...this.written, place: fields.place.value, grade: fields.grade.value ? Number(fields.grade.value) : undefined,
      name: fields.name.value.trim() || undefined, id: fields.id.value.trim() || undefined, schedule: this.schedule(),
      steps: fields.steps.value.split("\n").map((step) => step.trim()).filter(Boolean), tell: listed(fields.tell.value),
      acknowledge_within_s: numeric(fields.acknowledge_within_s), merge_s: numeric(fields.merge_s),
    };
    if (single) Object.assign(entry, { rule: fields.rule.value, class: fields.class.value.trim() || undefined, at_least: numeric(fields.at_least), within_s: numeric(fields.within_s) });
    this.changed(entry);
  }
  schedule() {
    const { always, from, to, timezone } = this.in, days = this.days.filter((day) => day.firstChild.checked).map((day) => day.firstChild.value);
    const hours = !always.checked && from.value && to.value ? `${from.value}-${to.value === "00:00" ? "24:00" : to.value}` : undefined;
    const said = { ...this.written.schedule, days: days.length && days.length < 7 ? days : undefined, hours, timezone: timezone.value.trim() || undefined };
    const kept = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
    return Object.keys(kept).length ? kept : undefined;
  }
}
