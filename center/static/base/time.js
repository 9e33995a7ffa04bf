// Moments in, what a clock on the wall would say out; the centre's time is the one that counts.

import { language } from "./words.js";

let skew = 0;
/** Note what time the centre says it is. */
export function setClock(iso) { skew = Date.parse(iso) - Date.now(); }
export const now = () => Date.now() + skew;
export const secondsSince = (iso) => (now() - Date.parse(iso)) / 1000;

const two = (n) => String(n).padStart(2, "0");
/** 21:47:28, of a Date or an ISO time. */
export function clock(when) {
  const date = when instanceof Date ? when : new Date(when);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
/** 21:47. */
export const minute = (when) => clock(when).slice(0, 5);
/** 21:47, with the day in front when it is not today's. */
export function hour(when) {
  const date = new Date(when), said = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return date.toDateString() === new Date(now()).toDateString() ? said : `${two(date.getMonth() + 1)}-${two(date.getDate())} ${said}`;
}
export const day = (when) => { const d = new Date(when); return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`; };
/** m:ss, h:mm:ss, or days: how long ago. */
export function ago(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s >= 86400) return `${Math.floor(s / 86400)} ${language() === "zh" ? "天" : "d"}`;
  if (s >= 3600) return `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return `${Math.floor(s / 60)}:${two(s % 60)}`;
}
export const span = (seconds) => (seconds < 60 ? `${seconds < 10 ? Math.max(0, seconds).toFixed(1) : Math.floor(seconds)} ${language() === "zh" ? "秒" : "s"}` : ago(seconds));
export function zone() {
  const offset = -new Date(now()).getTimezoneOffset() / 60;
  return `UTC${offset < 0 ? "−" : "+"}${Math.abs(offset)}`;
}

const each = new Set();
/** Call back each second, also to draw how old things are; returns how to stop. */
export function everySecond(act) { each.add(act); return () => each.delete(act); }
setInterval(() => each.forEach((act) => act()), 1000);
