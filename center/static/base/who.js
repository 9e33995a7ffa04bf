// Who did something in, how they are called on the page out: a seat, a patrol, the centre; never a name.

import { patrolName } from "./patrols.js";
import { words } from "./words.js";

const say = words({
  seat: [(n) => `${n} 号席`, (n) => `Seat ${n}`],
  patrol: [(n) => `巡逻 ${n}`, (n) => `Patrol ${n}`],
  centre: ["系统", "The centre"],
});

/** `seat-4` is Seat 4, `patrol:car-1` a patrol; other names stay as they are. */
export function who(by) {
  const [, n] = /^seat-(\d+)$/.exec(by) || [];
  if (n) return say("seat", n);
  if (by === "centre") return say("centre");
  return by.startsWith("patrol:") ? say("patrol", patrolName(by.slice(7))) : by;
}
