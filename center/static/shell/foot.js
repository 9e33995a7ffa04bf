// How the boxes and cameras do in, the bar below every view out, with the keys that a view names.

import { link, status, watch } from "../base/alerts.js";
import { onAction, saved } from "../base/actions.js";
import { h, set } from "../base/dom.js";
import { mySeat } from "../base/seat.js";
import { everySecond, now, span } from "../base/time.js";
import { who } from "../base/who.js";
import { say } from "./words.js";

/** Build the bar; `hints` are nodes such as keys with what they do. */
export function footBar() {
  const parts = { boxes: h("span"), cameras: h("span"), last: h("span"), untold: h("span", { id: "untold", class: "warn" }), saved: h("span", { id: "saved", class: "warn" }), hints: h("span", { class: "hints" }), seat: h("span") };
  const bar = h("footer", { class: "bar" }, parts.boxes, parts.cameras, parts.last, parts.untold, parts.saved, h("div", { class: "sp" }), parts.hints, parts.seat);
  const draw = () => drawAll(parts);
  const stops = [everySecond(draw), onAction(draw), watch((what) => { if (what === "status" || what === "link") draw(); })];
  draw();
  return { bar, hints: (nodes) => parts.hints.replaceChildren(...nodes), close: () => stops.forEach((stop) => stop()) };
}
function drawAll(parts) {
  set(parts.saved, saved() && !link.up ? say("saved", saved()) : "");
  set(parts.seat, who(mySeat()));
  if (!status) return;
  const { stats, cameras, broker } = status, live = cameras.filter((each) => each.state === "live").length;
  set(parts.boxes, !link.up ? say("boxesUnknown") : broker ? say("boxes", stats.boxes_online, stats.boxes) : say("broker"));
  parts.boxes.classList.toggle("warn", !link.up || !broker || stats.boxes_online < stats.boxes);
  set(parts.cameras, !link.up ? "" : live === cameras.length ? say("camsLive", live) : say("camsOut", cameras.length - live));
  parts.cameras.classList.toggle("warn", live < cameras.length);
  const fails = link.up ? status.channels.filter((each) => each.trouble) : [];
  set(parts.untold, fails.length ? say("untold", fails.map((each) => each.channel).join(", ")) : "");
  const known = status.last_event_age_s !== null;
  set(parts.last, known ? say("last", span(status.last_event_age_s + (now() - Date.parse(status.time)) / 1000)) : say("noEvent"));
}
