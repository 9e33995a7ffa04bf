// A day and a place in, links to its reports out: one page to read and print, and a table for each sheet.

import { inPath } from "../base/api.js";
import { h } from "../base/dom.js";
import { language } from "../base/words.js";
import { say } from "./words.js";

const LENGTHS = ["day", "week", "month"], SHEETS = ["alerts", "response", "availability", "counts", "heatmap"];
export const OF_ALARMS = ["rules", "sources", "chattering", "stale", "split", "response"], OF_SHIFT = ["left", "notes", "cameras", "response"];

/** Links to one report: its page, and each of its tables. `base` is its path without an ending. */
export function links(base, of, sheets) {
  return [
    h("a", { class: "btn pri", target: "_blank", href: `${base}.html?lang=${language()}${of}`, text: say("open") }), h("small", { text: say("print") }),
    h("p", { text: say("csv") }), h("ul", {}, sheets.map((sheet) => h("li", {}, h("a", { class: "btn", download: true, href: `${base}.csv?table=${sheet}&bom=true${of}`, text: say(`sheet_${sheet}`) })))),
  ];
}
export function files() {
  const node = h("div", { class: "files" });
  return { node, draw(day, place) {
    const of = place ? `&place=${inPath(place)}` : "";
    node.replaceChildren(...LENGTHS.map((length) => h("section", { class: "card" }, h("h3", { text: say(length) }), links(`/api/reports/${length}/${day}`, of, SHEETS))));
  } };
}
