// The seat that works here: `?seat=` once, then as this browser remembers it.

import { kept } from "./kept.js";
import { words } from "./words.js";

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/;
const say = words({
  seat: [(n) => `${n} 号席`, (n) => `Seat ${n}`],
  patrol: [(n) => `巡逻 ${n}`, (n) => `Patrol ${n}`],
  centre: ["系统", "The centre"],
});
let seat = kept.get("seat", "seat-1");
const asked = new URLSearchParams(location.search).get("seat");
if (asked && NAME.test(asked)) takeSeat(asked);

export const mySeat = () => seat;
export function takeSeat(name) {
  if (!NAME.test(name)) return false;
  seat = name;
  kept.set("seat", name);
  return true;
}
/** `seat-4` is Seat 4, `patrol:car-1` a patrol; other names stay as they are. */
export function who(by) {
  const [, n] = /^seat-(\d+)$/.exec(by) || [];
  if (n) return say("seat", n);
  if (by === "centre") return say("centre");
  return by.startsWith("patrol:") ? say("patrol", by.slice(7)) : by;
}
