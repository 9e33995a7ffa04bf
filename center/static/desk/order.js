// Alerts and what is asked in, the lines of the queue out, each with its height. Pure.

import { GRADES } from "../base/grade.js";

export const HEAD = 30, ROW = 50, FOLD = 48;
const ALONE = 2;

/** Lines `{ kind, key, top, high, … }`: a head per grade, then rows; in a flood, low grades fold by place. */
export function lines(alerts, { fold = false, unfolded = new Set() } = {}) {
  const found = [];
  let top = 0;
  const put = (line) => { found.push({ ...line, top }); top += line.high; };
  for (const n of GRADES) {
    const mine = alerts.filter((each) => each.grade === n);
    if (!mine.length) continue;
    const fresh = mine.filter((each) => each.state === "new").length;
    put({ kind: "head", key: `head-${n}`, high: HEAD, grade: n, fresh });
    if (fold && n > ALONE) folds(mine, n, unfolded).forEach(put);
    else mine.forEach((alert) => put(row(alert)));
  }
  return { lines: found, high: top };
}
const row = (alert) => ({ kind: "row", key: alert.id, high: ROW, alert });
function folds(alerts, n, unfolded) {
  const places = new Map();
  for (const alert of alerts) places.set(alert.place, [...(places.get(alert.place) || []), alert]);
  const byCount = [...places.values()].sort((a, b) => b.length - a.length || (a[0].place < b[0].place ? -1 : 1));
  return byCount.flatMap((some) => {
    const key = `fold-${n}-${some[0].place}`, shown = unfolded.has(key);
    const rules = new Set(some.map((each) => each.rule)).size;
    const fresh = some.filter((each) => each.state === "new").length;
    const fold = { kind: "fold", key, high: FOLD, grade: n, place: some[0].place, name: some[0].place_name, count: some.length, rules, fresh, shown };
    return shown ? [fold, ...some.map(row)] : [fold];
  });
}
/** The alerts in the order of the lines, also those that are folded away. */
export const between = (found, from, to) => found.filter((line) => line.top + line.high > from && line.top < to);
