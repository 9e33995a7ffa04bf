// A grade in, its sign out: hue, shape and number, never colour alone.

import { attr, set, svg } from "./dom.js";
import { grade } from "./terms.js";

export const GRADES = [1, 2, 3, 4];
const SHAPES = {
  1: "M6.6 1h8.8L21 6.6v8.8L15.4 21H6.6L1 15.4V6.6z",
  2: "M11 .8 21.6 20H.4z",
  3: "M11 0 22 11 11 22 0 11z",
  4: "M11 1a10 10 0 1 0 0 20 10 10 0 0 0 0-20z",
};
/** An empty sign; `drawGlyph` fills it in. */
export function glyph(size) {
  const facts = { viewBox: "0 0 22 22", width: size, height: size, role: "img" };
  return svg("svg", facts, svg("path", { class: "sh" }), svg("text", { x: 11 }));
}
/** Filled while nobody took it on, hollow afterwards. */
export function drawGlyph(node, n, hollow, label = grade(n)) {
  attr(node, "class", `g g${n}${hollow ? " hollow" : ""}`);
  attr(node, "aria-label", label || null);
  attr(node, "aria-hidden", label ? null : "true");
  attr(node.firstChild, "d", SHAPES[n]);
  attr(node.lastChild, "y", n === 2 ? 17.4 : 15.6);
  set(node.lastChild, String(n));
}
export function drawn(n, size, hollow = false, label = "") {
  const made = glyph(size);
  drawGlyph(made, n, hollow, label);
  return made;
}
