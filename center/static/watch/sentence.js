// An entry as it is written in, one sentence that says the same out.

import { of, language, words } from "../base/words.js";
import { rule, thing } from "../base/terms.js";
import { say as own } from "./words.js";

const DAYS = { mon: ["周一", "Mon"], tue: ["周二", "Tue"], wed: ["周三", "Wed"], thu: ["周四", "Thu"], fri: ["周五", "Fri"], sat: ["周六", "Sat"], sun: ["周日", "Sun"] };
const say = words({
  any: ["任何事件", "anything"],
  of: [(what, of_) => `${what}（${of_}）`, (what, of_) => `${what}, ${of_}`],
  at: [(device) => `在 ${device}`, (device) => `at ${device}`],
  counted: [(n, s) => `${s} 秒内至少 ${n} 次`, (n, s) => `${n} times within ${s} s`],
  then: [(what, s) => `，${s} 秒内 ${what}`, (what, s) => `, then within ${s} s ${what}`],
  together: [(what, n, s, of_) => `${s} 秒内 ${n} 个${of_ === "places" ? "地点" : "摄像机"}同时：${what}`, (what, n, s, of_) => `${what} at ${n} ${of_} within ${s} s`],
  nothing: [(what, s) => `${s ? `每 ${s} 秒应有` : "时段内应有"}而没有：${what}`, (what, s) => `no ${what}${s ? ` for ${s} s` : ""}`],
  unbadged: [(door) => `进入人数多于 ${door} 的刷卡数`, (door) => `more go in than badges were granted at ${door}`],
  always: ["全天", "always"],
});
export const dayName = (day) => of(DAYS[day]);
export const DAY_NAMES = Object.keys(DAYS);

const ruleName = (name) => (name === "camera-health" ? own("camHealth") : name ? rule(name) : say("any"));
function what(part) {
  const named = part.class ? say("of", ruleName(part.rule), thing(part.class)) : ruleName(part.rule);
  return [named, part.device && say("at", part.device), part.line].filter(Boolean).join(" ");
}
/** What is watched, in the entry's form. */
export function asked(entry) {
  if (entry.then) return entry.then.map((leg, index) => (index ? say("then", what(leg), leg.within_s) : what(leg))).join("");
  if (entry.together) return say("together", entry.together.what.map(what).join(" / "), entry.together.at_least || 2, entry.together.within_s, entry.together.of || "cameras");
  if (entry.nothing) return say("nothing", what(entry.nothing), entry.nothing.every_s);
  if (entry.unbadged) return say("unbadged", entry.unbadged.door);
  return [what(entry), entry.at_least > 1 && say("counted", entry.at_least, entry.within_s)].filter(Boolean).join(language() === "zh" ? "，" : ", ");
}
/** When it counts. */
export function when({ schedule = {} }) {
  const hours = schedule.hours && schedule.hours !== "00:00-24:00" ? schedule.hours.replace("-", "–") : "";
  const days = schedule.days && schedule.days.length < 7 ? schedule.days.map(dayName).join(" ") : "";
  return [days, hours].filter(Boolean).join(" ") || say("always");
}
export const isPattern = (entry) => Boolean(entry.then || entry.together || entry.nothing || entry.unbadged);
