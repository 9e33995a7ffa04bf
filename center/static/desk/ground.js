// The map's features in, the plan that lies still beneath everything out: drawn once, in metres.

import { h, svg } from "../base/dom.js";
import { anchor, path } from "./geo.js";

const ORDER = ["area", "green", "building", "water", "rail", "road"];
const LEAVES = new Set(["place", "community"]);

/** Paths of the ground, one per kind so that a large town is few nodes. */
export function ground(features, at) {
  return ORDER.map((kind) => {
    const d = features.filter((each) => each.properties.kind === kind).map((each) => path(each.geometry, at)).join("");
    return d ? svg("g", {}, kind === "road" || kind === "water" ? svg("path", { class: `${kind} bed`, d }) : null, svg("path", { class: kind, d })) : null;
  }).filter(Boolean);
}
/** Outlines of places that have one, the wide ones first. */
export function outlines(places, at) {
  return places.filter((each) => each.geometry?.type === "Polygon")
    .map((each) => svg("path", { class: `outline ${LEAVES.has(each.properties.kind) ? "leaf" : "wide"}`, "data-place": each.id, d: path(each.geometry, at) }));
}
/** Names of the ground, where they stand. */
export function names(features, at) {
  return features.filter((each) => each.properties.name).map((each) => ({ text: each.properties.name, kind: each.properties.kind, at: anchor(each, at) })).filter((each) => each.at);
}
/** The features of the map, sorted by what they are. */
export function sorted(features) {
  const kinds = { camera: [], door: [], "help-point": [], ground: [], places: [] };
  for (const each of features) {
    const kind = each.properties.kind;
    if (kinds[kind]) kinds[kind].push(each);
    else kinds[ORDER.includes(kind) ? "ground" : "places"].push(each);
  }
  return kinds;
}
export const noMap = (text, more) => h("div", { class: "empty" }, h("b", { text }), more);
