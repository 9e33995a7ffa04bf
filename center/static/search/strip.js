// How many alerts began when in, a strip and a lane per place out; a stretch that is pressed becomes the time asked for.

import { attr, h, patch, set, show } from "../base/dom.js";
import { hour } from "../base/time.js";
import { say } from "./words.js";

const two = (n) => String(n).padStart(2, "0");
/** 2026-03-01T22:14, by the wall clock here, as the search understands it. */
export function minute(ms) {
  const at = new Date(ms);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
const long = (s) => (s < 3600 ? say("minutes", s / 60) : s < 86400 ? say("hours", Math.round(s / 360) / 10) : say("days", Math.round(s / 8640) / 10));

/** `asked(from, to)` hears which stretch was pressed, `places(id)` gives a place's name. */
export function strip(asked, placeAsked, nameOf) {
  const many = h("b"), each = h("small"), bars = h("div", { class: "density", role: "group", "aria-label": say("strip"), "data-equivalent": true });
  const lanes = h("div", { class: "cells", role: "group", "aria-label": say("lanes") }), ends = h("div", { class: "ends" }, h("span"), h("span"));
  const node = h("section", { class: "strip" }, h("p", {}, many, " ", each), bars, ends, lanes);
  bars.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: "previousElementSibling", ArrowRight: "nextElementSibling" }[event.key], next = step && event.target[step];
    if (next) { event.preventDefault(); next.focus(); }
  });
  return { node, draw(found) {
    set(many, found.total >= 10000 ? say("most", found.total) : say("total", found.total));
    const { density, stretch_s: stretch, since } = found, start = Date.parse(since), most = Math.max(1, ...density);
    for (const part of [bars, ends, lanes, each]) show(part, density.length);
    if (!density.length) return;
    set(each, say("stretch", long(stretch)));
    const at = (index) => start + index * stretch * 1000;
    patch(bars, density.map((n, index) => ({ n, index })), {
      key: ({ index }) => index, make: ({ index }) => h("button", { tabindex: index ? -1 : 0 }, h("i")),
      update: (bar, { n, index }) => {
        bar.onclick = () => asked(minute(at(index)), minute(at(index + 1)));
        bar.firstChild.style.height = `${n ? 8 + (n / most) * 92 : 0}%`;
        attr(bar, "aria-label", say("cell", n, hour(at(index))));
        attr(bar, "title", say("cell", n, hour(at(index))));
      },
    });
    set(ends.firstChild, hour(start));
    set(ends.lastChild, hour(at(density.length)));
    drawLanes(lanes, found, placeAsked, nameOf);
  } };
}
function drawLanes(lanes, { places }, placeAsked, nameOf) {
  const most = Math.max(1, ...places.flatMap((lane) => lane.counts));
  patch(lanes, places, {
    key: (lane) => lane.place,
    make: (lane) => h("div", { class: "celled" }, h("button", { class: "name", on: { click: () => placeAsked(lane.place) } }), h("div", { class: "row" }), h("span", { class: "sum" })),
    update: (row, lane) => {
      set(row.firstChild, nameOf(lane.place));
      set(row.lastChild, String(lane.counts.reduce((sum, n) => sum + n, 0)));
      patch(row.children[1], lane.counts.map((n, index) => ({ n, index })), {
        key: ({ index }) => index, make: () => h("i"), update: (cell, { n }) => { cell.style.opacity = n ? 0.25 + (0.75 * n) / most : 0.08; },
      });
    },
  });
}
