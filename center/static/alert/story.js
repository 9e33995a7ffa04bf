// An alert's events and the steps on it in, one lane per source over one time out.

import { h, patch, set } from "../base/dom.js";
import { clock, now } from "../base/time.js";
import { livesOf } from "./lives.js";
import { say } from "./pagewords.js";
import { stagesOf } from "./stages.js";

const TICKS = 5, ROOM = 0.04, LEAST_MS = 60_000, OVERLAP = 9;

/** The time that is shown: all events and steps, with a little room. */
export function rangeOf(alert, events, moments) {
  const times = [alert.first_at, alert.last_at, ...events.map((each) => each.happened_at), ...moments.map((each) => each.at)].map(Date.parse);
  const from = Math.min(...times), to = Math.max(...times, from + LEAST_MS), room = (to - from) * ROOM;
  return { from: from - room, to: to + room, at: (time) => ((time - from + room) / (to - from + 2 * room)) * 100 };
}
export function story() {
  const lanes = h("div", { class: "lanes" }), ticks = h("div", { class: "ticks" }), marks = h("div", { class: "moments" });
  const node = h("div", { class: "story", role: "img", "aria-label": say("timeline") }, h("div", { class: "field" }, ticks, lanes, marks));
  return { node, draw(alert, events) {
    const moments = stagesOf(alert).filter((stage) => stage.at && stage.key !== "raised"), range = rangeOf(alert, events, moments);
    const open = alert.ongoing ? Math.min(now(), range.to) : Date.parse(alert.last_at);
    const sources = alert.cameras.map((camera) => ({ camera, pieces: livesOf(events.filter((each) => each.camera === camera), open) }));
    patch(lanes, sources, {
      key: (each) => each.camera, make: () => h("div", { class: "lane" }, h("span"), h("div", { class: `run t${alert.grade}` })),
      update: (lane, { camera, pieces }) => { set(lane.firstChild, camera); drawPieces(lane.lastChild, pieces, range); },
    });
    drawMoments(marks, moments, range);
    drawTicks(ticks, range);
  } };
}
function drawPieces(run, pieces, { at }) {
  patch(run, pieces, {
    key: (piece) => piece.key, make: () => h("i"),
    update: (node, { from, to, ends }) => {
      node.className = from === to ? "point" : ends ? "life ended" : "life";
      node.style.left = `${at(from)}%`;
      node.style.width = from === to ? "" : `${at(to) - at(from)}%`;
    },
  });
}
function drawMoments(marks, moments, { at }) {
  const placed = moments.map((moment) => ({ ...moment, x: at(Date.parse(moment.at)) }));
  placed.forEach((moment, index) => { moment.row = index && moment.x - placed[index - 1].x < OVERLAP ? placed[index - 1].row + 1 : 0; });
  patch(marks, placed, {
    key: (moment) => moment.key, make: () => h("div", {}, h("span")),
    update: (node, { x, row, text }) => {
      node.style.left = `${x}%`;
      node.dataset.row = row;
      node.classList.toggle("last", x > 85);
      set(node.firstChild, text);
    },
  });
}
function drawTicks(ticks, { from, to }) {
  const all = Array.from({ length: TICKS }, (_, index) => ({ index, time: from + ((to - from) * (index + 0.5)) / TICKS }));
  patch(ticks, all, {
    key: (tick) => tick.index, make: () => h("i", {}, h("span")),
    update: (node, { index, time }) => { node.style.left = `${((index + 0.5) / TICKS) * 100}%`; set(node.firstChild, clock(new Date(time))); },
  });
}
