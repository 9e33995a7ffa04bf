// Small tools of the page: text is set as text, lists are patched by key, never redrawn.

export const $ = (id) => document.getElementById(id);
export function set(node, text) { if (node.textContent !== text) node.textContent = text; }
export function attr(node, name, value) { if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value); }
export function el(tag, className = "", text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}
export function svg(tag, facts = {}) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(facts)) node.setAttribute(name, value);
  return node;
}
/** Make `parent` hold exactly one node per item, in order; nodes that stay are touched, not made. */
export function patch(parent, items, { key, make, update }) {
  const known = parent.keyed || (parent.keyed = new Map());
  const seen = new Set();
  let next = parent.firstElementChild;
  for (const item of items) {
    const name = key(item);
    seen.add(name);
    let node = known.get(name);
    if (!node) { node = make(item); known.set(name, node); }
    update(node, item);
    if (node === next) next = next.nextElementSibling;
    else parent.insertBefore(node, next);
  }
  for (const [name, node] of known) if (!seen.has(name)) { node.remove(); known.delete(name); }
}

const SHAPES = { 1: "M6.6 1h8.8L21 6.6v8.8L15.4 21H6.6L1 15.4V6.6z", 2: "M11 .8 21.6 20H.4z", 3: "M11 0 22 11 11 22 0 11z", 4: "M11 1a10 10 0 1 0 0 20 10 10 0 0 0 0-20z" };
export function glyph(size) {
  const node = svg("svg", { viewBox: "0 0 22 22", width: size, height: size, role: "img" });
  node.append(svg("path", { class: "sh" }), svg("text", { x: 11 }));
  return node;
}
export function drawGlyph(node, n, hollow, label) {
  attr(node, "class", `g g${n}${hollow ? " hollow" : ""}`);
  attr(node, "aria-label", label);
  attr(node.firstChild, "d", SHAPES[n]);
  attr(node.lastChild, "y", n === 2 ? 17.4 : 15.6);
  set(node.lastChild, String(n));
}

const two = (n) => String(n).padStart(2, "0");
export function clock(date) { return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`; }
export function age(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s >= 86400) return `${Math.floor(s / 86400)} d`;
  if (s >= 3600) return `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return `${Math.floor(s / 60)}:${two(s % 60)}`;
}
export function span(seconds) { return seconds < 10 ? `${seconds.toFixed(1)} s` : seconds < 60 ? `${Math.floor(seconds)} s` : age(seconds); }
