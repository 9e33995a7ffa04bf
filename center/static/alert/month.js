// A place in, how many alerts each of its last 30 days had and how many were real out.

import { askAll, inPath } from "../base/api.js";
import { h, patch, set } from "../base/dom.js";
import { day, now } from "../base/time.js";
import { say } from "./pagewords.js";

const DAYS = 30, DAY_MS = 86_400_000, PAGES = 4;

/** Counts by day, the oldest first. */
export function monthOf(alerts, until) {
  const days = Array.from({ length: DAYS }, (_, back) => ({ day: day(until - (DAYS - 1 - back) * DAY_MS), many: 0, real: 0 }));
  const by = new Map(days.map((each) => [each.day, each]));
  for (const alert of alerts) {
    const found = by.get(day(alert.first_at));
    if (found) { found.many += 1; found.real += alert.outcome === "real"; }
  }
  return days;
}
export function month() {
  const sum = h("small"), bars = h("div", { class: "bars" });
  const node = h("section", { class: "month" }, h("h2", {}, say("month"), " ", sum), bars);
  const draw = (days) => {
    const most = Math.max(1, ...days.map((each) => each.many)), total = (name) => days.reduce((n, each) => n + each[name], 0);
    set(sum, say("monthSum", total("many"), total("real")));
    patch(bars, days, {
      key: (each) => each.day, make: () => h("i", {}, h("b")),
      update: (bar, each) => {
        bar.title = say("dayIs", each.day, each.many, each.real);
        bar.style.height = `${each.many ? 15 + (each.many / most) * 85 : 6}%`;
        bar.firstChild.style.height = `${each.many ? (each.real / each.many) * 100 : 0}%`;
      },
    });
  };
  return { node, async load(place) {
    const since = new Date(now() - DAYS * DAY_MS).toISOString();
    const { alerts } = await askAll(`/api/alerts?place=${inPath(place)}&since=${inPath(since)}&limit=500`, "alerts", PAGES);
    draw(monthOf(alerts, now()));
  } };
}
