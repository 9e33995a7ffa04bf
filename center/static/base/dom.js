// Small tools of every page: text is set as text, lists are patched by key, never redrawn.

export const $ = (id) => document.getElementById(id);
export function set(node, text) { if (node.textContent !== text) node.textContent = text; }
export function attr(node, name, value) {
  if (value === null || value === undefined) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}
export function show(node, whether) { if (node.hidden === Boolean(whether)) node.hidden = !whether; }

/** An element: `h("button", { class: "btn", text: "Go", on: { click } }, child, …)`. */
export function h(tag, facts = {}, ...children) {
  return dress(document.createElement(tag), facts, children);
}
export const el = (tag, name = "", text = "") => h(tag, { class: name || null, text: text || undefined });
export function svg(tag, facts = {}, ...children) {
  return dress(document.createElementNS("http://www.w3.org/2000/svg", tag), facts, children);
}
function dress(node, { text, on, ...facts }, children) {
  for (const [name, value] of Object.entries(facts)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false) attr(node, name, value);
  }
  if (text !== undefined) node.textContent = text;
  for (const [event, act] of Object.entries(on || {})) node.addEventListener(event, act);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** Make `parent` hold exactly one node per item, in order; nodes that stay are touched, not made. */
export function patch(parent, items, { key, make, update }) {
  const known = parent.keyed || (parent.keyed = new Map()), seen = new Set();
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

/** Call `draw` once before the next picture, however often it is asked for. */
export function soon(draw) {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; draw(); });
  };
}

const ICONS = {
  bell: "M3.5 16.5h15c-1.6-1.7-2.4-3.7-2.4-7.3A5 5 0 0 0 11 4a5 5 0 0 0-5.1 5.2c0 3.6-.8 5.6-2.4 7.3zM11 1.8V4M8.8 19.4h4.4",
  sun: "M14.6 11a3.6 3.6 0 1 1-7.2 0 3.6 3.6 0 0 1 7.2 0zM11 3v2M11 17v2M3 11h2M17 11h2M5.4 5.4l1.4 1.4M15.2 15.2l1.4 1.4M16.6 5.4l-1.4 1.4M6.8 15.2l-1.4 1.4",
  sound: "M4 8.5h3L11.5 5v12L7 13.500H4zM14.5 8.200a4 4 0 0 1 0 5.600M16.8 5.800a7.3 7.3 0 0 1 0 10.4",
  muted: "M4 8.500h3L11.5 5v12L7 13.500H4zM14.8 8.800l4.4 4.400M19.2 8.800l-4.4 4.4",
  eye: "M4 4l14 14M9.4 6.700A8.6 8.6 0 0 1 11 6.500c5 0 7.5 4.5 7.5 4.500a13 13 0 0 1-2.2 2.700M6 7.800A12 12 0 0 0 3.5 11s2.5 4.5 7.5 4.500c1.2 0 2.3-.3 3.3-.8",
  play: "M6.5 4.500v13l10-6.500z",
  pause: "M7 5v12M15 5v12",
  pin: "M11 13v6M6.5 13h9l-1.5-3V4.500h-6V10z",
  screen: "M3.5 5h15v10h-15zM8 18.500h6",
};
/** A line drawing in the colour of the text around it; it says nothing by itself. */
export function icon(name, size = 18) {
  return svg("svg", { viewBox: "0 0 22 22", width: size, height: size, class: "icon", "aria-hidden": "true" }, svg("path", { d: ICONS[name] }));
}
