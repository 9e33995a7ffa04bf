// An alert in, the few words at the end of its row out: where the work stands, and whether it goes on.

import { patrolName } from "../base/patrols.js";
import { mySeat } from "../base/seat.js";
import { term } from "../base/terms.js";
import { clock, hour, minute, secondsSince } from "../base/time.js";
import { who } from "../base/who.js";
import { say } from "./words.js";

const SILENT_S = 360; // a box says every five minutes at least that something goes on
/** Whether its life goes on, when it ended, or since when nobody heard of it. */
export function life(alert) {
  if (!alert.ongoing) return alert.ended_at ? say("endedAt", clock(alert.ended_at)) : "";
  return secondsSince(alert.last_at) > SILENT_S ? say("silent", minute(alert.last_at)) : say("goesOn");
}
export function stateOf(alert) {
  if (alert.state === "shelved") return say("returns", hour(alert.shelved_until));
  if (alert.state === "closed" && alert.outcome) return `${term("closed")} · ${term(alert.outcome)}`;
  const owner = alert.state === "acknowledged" && alert.seat && alert.seat !== mySeat() ? who(alert.seat) : "";
  const unit = alert.patrol && (alert.state === "dispatched" || alert.state === "on_site") ? patrolName(alert.patrol) : "";
  const many = alert.events > 1 ? say("nEvents", alert.events) : "";
  return [unit, term(alert.accepted_at && alert.state === "dispatched" ? "on_way" : alert.state), owner || (unit ? "" : life(alert) || many)].filter(Boolean).join(" · ");
}
