// Boxes and cameras in, two tables of them out; what has not spoken for a while has no colour and says since when.

import { attr, h, patch, set } from "../base/dom.js";
import { ago, secondsSince, span } from "../base/time.js";
import { nameOf, pathOf, stateOf } from "../place/words.js";
import { say } from "./words.js";

const STALE_S = 60, AHEAD_S = 2;
const head = (names) => h("thead", {}, h("tr", {}, names.map((name) => h("th", { scope: "col", text: say(name) }))));
const both = (...said) => said.filter(Boolean).join(" · ");
const table = (names, body) => h("div", { class: "scroll" }, h("table", {}, head(names), body));

/** How long ago a box spoke, and whether that is too long to be believed; `by` is how old the answer is. */
export function heardOf(box, by) {
  if (box.age_s === null) return { text: say("never"), stale: true };
  const age = box.age_s + by, stale = age > STALE_S || !box.online;
  return { text: stale ? say("stale", ago(age)) : say("ago", span(age)), stale };
}
/** By how much a box's clock is wrong, in words, from where it matters; its rules and the times of its events go by it. */
export function clockOf(box) {
  const ahead = box.ahead_s ?? 0;
  return Math.abs(ahead) < AHEAD_S ? "" : say(ahead > 0 ? "fast" : "slow", span(Math.abs(ahead)));
}
export function boxTable() {
  const body = h("tbody");
  return { node: table(["box", "site", "heard", "cams", "waits", "dropped"], body), draw(boxes, by) {
    patch(body, boxes, {
      key: (box) => box.box, make: () => h("tr", {}, Array.from({ length: 6 }, () => h("td"))),
      update: (row, box) => {
        const heard = heardOf(box, by), beat = box.heartbeat, live = beat?.cameras.filter((each) => each.state === "live").length;
        const clock = clockOf(box), other = beat && beat.site !== box.site && say("otherSite", beat.site);
        const cells = [box.box, both(box.site, other), both(heard.text, clock), beat ? `${live} / ${beat.cameras.length}` : "", beat ? String(beat.spool.waiting) : "", beat ? String(beat.spool.dropped) : ""];
        cells.forEach((text, index) => set(row.children[index], text));
        row.classList.toggle("stale", heard.stale);
        row.classList.toggle("off", Boolean(clock) && !heard.stale);
        row.classList.toggle("other", Boolean(other));
      },
    });
  } };
}
/** The levels above and below, as the status of this second has them. */
export function levelTable() {
  const body = h("tbody");
  return { node: table(["level", "way", "heard"], body), draw(levels) {
    patch(body, levels, {
      key: (each) => each.name, make: () => h("tr", {}, Array.from({ length: 3 }, () => h("td"))),
      update: (row, each) => {
        const heard = each.age_s === null ? say("never") : each.linked ? say("ago", span(each.age_s)) : say("cut", ago(each.age_s));
        [each.name, say(each.above ? "above" : "below"), heard].forEach((text, index) => set(row.children[index], text));
        row.classList.toggle("stale", !each.linked);
      },
    });
  } };
}
/** The ways over which people are told; numbers are for who sees all places. */
export function channelTable() {
  const body = h("tbody");
  return { node: table(["channel", "does", "waits", "sent", "givenUp"], body), draw(channels) {
    patch(body, channels, {
      key: (each) => each.channel, make: () => h("tr", {}, Array.from({ length: 5 }, () => h("td"))),
      update: (row, each) => {
        const does = each.trouble ? [say("failsFor", ago(secondsSince(each.since))), each.trouble].join(" · ") : say("delivers");
        [each.channel, does, ...[each.waiting, each.sent, each.given_up].map((n) => (n === null ? "" : String(n)))].forEach((text, index) => set(row.children[index], text));
        row.classList.toggle("fails", Boolean(each.trouble));
      },
    });
  } };
}
export function cameraTable() {
  const body = h("tbody");
  return { node: table(["camera", "place", "state", "rate", "size", "events", "box"], body), draw(cameras) {
    patch(body, cameras, {
      key: (each) => `${each.box}/${each.place}/${each.camera}`,
      make: () => h("tr", {}, h("td", {}, h("a")), Array.from({ length: 6 }, () => h("td"))),
      update: (row, each) => {
        const told = each.told, live = each.state === "live";
        set(row.firstChild.firstChild, nameOf(each));
        attr(row.firstChild.firstChild, "href", pathOf(each));
        const state = [stateOf(each), told?.degraded && say("degraded"), !live && told?.trouble].filter(Boolean).join(" · ");
        const cells = [each.place_name, state, live ? say("perS", told.fps_in.toFixed(1)) : "", told?.width ? `${told.width} × ${told.height}` : "", told ? String(told.events) : "", each.box || ""];
        cells.forEach((text, index) => set(row.children[index + 1], text));
        row.classList.toggle("stale", !live);
      },
    });
  } };
}
