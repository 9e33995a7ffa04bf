// A text in, what it would have made of the last days out: how many a week, by day, by hour, by entry, and examples.

import { ask } from "../base/api.js";
import { attr, h, patch, set, show } from "../base/dom.js";
import { drawGlyph, glyph, GRADES } from "../base/grade.js";
import { title } from "../base/terms.js";
import { day, hour } from "../base/time.js";
import { say } from "./words.js";

const A_DAY = 150, GRAVE = 0.2, CHOICES = [1, 7, 14, 31], WITHIN_MS = 120_000;
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
export const sum = (grades) => grades.reduce((all, n) => all + n, 0);
/** Alerts in a week at this rate. */
export const weekly = (alerts, days) => Math.round((alerts * 7) / days);
/** What is worth a warning: more than a seat can work on, or too many that are grave. */
export function warnings(run, days) {
  const grades = [0, 1, 2, 3].map((index) => sum(run.by_day.map((day) => day.grades[index]))), all = sum(grades), daily = Math.round(run.alerts / days);
  const grave = all ? (grades[0] + grades[1]) / all : 0;
  return [daily > A_DAY && say("tooMany", daily), grave > GRAVE && say("tooGrave", Math.round(grave * 100))].filter(Boolean);
}

export class DryRun {
  /** `text()` gives what is to be tried. */
  constructor(text) {
    this.text = text;
    this.days = h("select", { "aria-label": say("daysBack") }, CHOICES.map((n) => h("option", { value: n, text: say("nDays", n), selected: n === 7 })));
    this.button = h("button", { class: "btn pri", text: say("run"), on: { click: () => this.run() } });
    this.state = h("p", { class: "hint", role: "status", text: say("runHelp") });
    this.figure = h("p", { class: "figure" }), this.warns = h("ul", { class: "warns", role: "status" });
    this.byDay = h("div", { class: "columns" }), this.byHour = h("div", { class: "columns hoursof" }), this.byEntry = h("ul", { class: "shares" }), this.examples = h("ul", { class: "examples" });
    const part = (word, node) => h("section", {}, h("h3", { text: say(word) }), node);
    this.shown = h("div", { class: "dryshown", hidden: true }, this.figure, this.warns, h("div", { class: "charts" }, part("byDay", this.byDay), part("byHour", this.byHour)), h("div", { class: "charts" }, part("byEntry", this.byEntry), part("examples", this.examples)));
    this.node = h("div", { class: "dry" }, h("div", { class: "asks" }, h("label", {}, h("span", { text: say("daysBack") }), this.days), this.button), this.state, this.shown);
  }
  async run() {
    const days = Number(this.days.value);
    this.button.disabled = true;
    set(this.state, say("running"));
    try {
      const run = await ask("/api/watch-list/dry-run", { body: { text: this.text(), days, zone: ZONE }, signal: AbortSignal.timeout(WITHIN_MS) });
      set(this.state, [say("ofEvents", run.events, days), !run.whole && say("notWhole")].filter(Boolean).join(". "));
      this.draw(run, days);
    } catch (error) {
      show(this.shown, false);
      set(this.state, error.detail || error.message || say("offline"));
    }
    this.button.disabled = false;
  }
  draw(run, days) {
    show(this.shown, true);
    set(this.figure, say("would", weekly(run.alerts, days), weekly(run.now, days)));
    patch(this.warns, warnings(run, days), { key: (text) => text, make: () => h("li"), update: (item, text) => set(item, text) });
    this.drawDays(run.by_day);
    const most = Math.max(1, ...run.by_hour);
    columns(this.byHour, run.by_hour.map((n, at) => ({ key: at, n, tall: n / most, grades: null, label: say("hourCell", at, n), foot: at % 6 ? "" : String(at) })));
    const entries = Object.entries(run.by_entry), top = Math.max(1, ...entries.map(([, n]) => n));
    patch(this.byEntry, entries, { key: ([name]) => name, make: () => h("li", {}, h("span"), h("i"), h("b")), update: (item, [name, n]) => { set(item.children[0], name); item.children[1].style.width = `${(n / top) * 100}px`; set(item.children[2], String(n)); } });
    show(this.byEntry.parentElement, entries.length);
    patch(this.examples, run.examples, {
      key: (alert) => alert.id, make: () => h("li", {}, glyph(18), h("a")),
      update: (item, alert) => { drawGlyph(item.firstChild, alert.grade, false); attr(item.lastChild, "href", about(alert)); set(item.lastChild, `${hour(alert.first_at)} ${title(alert)} · ${alert.place_name}`); },
    });
    show(this.examples.parentElement, run.examples.length);
  }
  drawDays(days) {
    const most = Math.max(1, ...days.map((day) => sum(day.grades)));
    columns(this.byDay, days.map((day) => ({
      key: day.day, n: sum(day.grades), tall: sum(day.grades) / most, grades: day.grades, foot: day.day.slice(8),
      label: say("dayCell", day.day, sum(day.grades), GRADES.map((grade) => `${grade}: ${day.grades[grade - 1]}`).join(", ")),
    })));
  }
}
/** Where the alerts of that day, place and rule are, with their pictures and clips: an example itself is not stored. */
export const about = ({ place, rule, first_at: at }) => `/search?q=${encodeURIComponent(`place:${place} rule:${rule} from:${day(at)} to:${day(at)}`)}`;
/** Columns with a number each; those of days are split by grade, which the label says too. */
function columns(node, all) {
  patch(node, all, {
    key: (each) => each.key,
    make: () => h("div", { class: "column", role: "img" }, h("b"), h("div", { class: "stack" }, GRADES.map((n) => h("i", { class: `f${n}` }))), h("small")),
    update: (column, { n, tall, grades, label, foot }) => {
      attr(column, "aria-label", label);
      attr(column, "title", label);
      set(column.firstChild, n ? String(n) : "");
      column.children[1].style.height = `${tall * 100}px`;
      [...column.children[1].children].forEach((part, index) => { part.style.flexGrow = grades ? grades[index] : index ? 0 : n; part.classList.toggle("grey", !grades); });
      set(column.lastChild, foot);
    },
  });
}
