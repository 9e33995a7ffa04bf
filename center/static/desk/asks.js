// What patrols ask for in, a sentence at the foot of the desk out: who sent them is to call, or back-up is to come.

import * as alerts from "../base/alerts.js";
import { named } from "../base/patrols.js";
import { mySeat } from "../base/seat.js";
import { play } from "../base/sound.js";
import { now } from "../base/time.js";
import { toast } from "../base/toast.js";
import { select } from "./selection.js";
import { say } from "./words.js";

const ASKED = { called: "asksCall", held: "asksBackUp" }, LASTS_MS = 60000, NEW_MS = 300000, SENT = ["dispatched", "on_site"];

/** Hear what patrols ask for from now on; returns how to stop. A call is for the seat that sent them, back-up for all. */
export function hearPatrols() {
  const looked = new Map(), told = new Set(), begun = now();
  return alerts.watch((what, alert) => {
    if (what !== "change" || !alert || !SENT.includes(alert.state)) return;
    if (looked.get(alert.id) !== alert.revision) { looked.set(alert.id, alert.revision); alerts.load(alert.id); }
    const { log = [], tasks = [] } = alerts.detail(alert.id) || {};
    for (const entry of log) {
      const at = Date.parse(entry.at), mine = entry.what === "held" || tasks.some(({ task }) => task.by === mySeat() && entry.by === `patrol:${task.patrol}`);
      if (!ASKED[entry.what] || told.has(entry.id) || at < begun - NEW_MS || !mine) continue;
      told.add(entry.id);
      play(2);
      named(entry.by.replace(/^patrol:/, "")).then((name) => {
        toast(say(ASKED[entry.what], name, alert.place_name), { lasts: LASTS_MS, warn: true, action: { text: say("show"), act: () => select(alert.id) } });
      });
    }
  });
}
