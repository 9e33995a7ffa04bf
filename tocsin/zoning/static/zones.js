// The page: shapes over a redacted still, drawn by mouse, touch or keys, and saved.

import { $, attr, el, patch, set, svg } from "./console/base/dom.js";
import * as sheet from "./shapes.js";
import { language, speak, w } from "./words.js";

const STEP = 0.002, LEAP = 10, NEAR_PX = 12, SIDE_PX = 18;
const BOX = [[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6]], DASH = [[0.4, 0.5], [0.6, 0.5]];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
let told = null, tool = "select", draft = [], hover = null, drag = null, frames = 0;

// ---- where things are: shares of the picture, and pixels of the page
const size = () => { const box = $("sheet").getBoundingClientRect(); return [box.width, box.height]; };
const px = ([x, y]) => { const [wide, high] = size(); return [x * wide, y * high]; };
const share = (event) => {
  const box = $("sheet").getBoundingClientRect();
  return [Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)), Math.min(1, Math.max(0, (event.clientY - box.top) / box.height))];
};
const near = (a, b) => { const [ax, ay] = px(a), [bx, by] = px(b); return Math.hypot(ax - bx, ay - by) < NEAR_PX; };
/** Beside the middle of a line: A to the left of its way from the first point, B to the right. */
function sides(points) {
  const n = Math.floor((points.length - 1) / 2), [ax, ay] = px(points[n]), [bx, by] = px(points[n + 1]);
  const long = Math.hypot(bx - ax, by - ay) || 1, x = (by - ay) / long * SIDE_PX, y = (ax - bx) / long * SIDE_PX;
  const middle = [(ax + bx) / 2, (ay + by) / 2 + 5];
  return [[middle[0] + x, middle[1] + y], [middle[0] - x, middle[1] - y]];
}
const path = (points) => points.map((point) => px(point).map((n) => n.toFixed(1)).join(",")).join(" ");

// ---- drawing
function draw() {
  patch($("shapes"), sheet.shapes, { key: (shape) => shape.key, make: makeShape, update: updateShape });
  drawDraft();
  drawHandles();
  patch($("list"), sheet.shapes, { key: (shape) => shape.key, make: makeRow, update: updateRow });
  $("none").hidden = sheet.shapes.length > 0;
  $("undo").disabled = !sheet.canUndo();
  $("save").disabled = !told || (told.file !== null && !sheet.dirty());
  attr($("sheet"), "class", tool === "select" ? "" : "drawing");
  patch($("tools"), ["select", ...told?.kinds ?? []], { key: (name) => name, make: makeTool, update: updateTool });
  set($("hint"), w(tool === "select" ? "hintSelect" : "hintDraw"));
}
function makeShape(shape) {
  const group = svg("g");
  group.append(svg(sheet.closed(shape.kind) ? "polygon" : "polyline", { "data-key": shape.key }), svg("text", { class: "name" }));
  if (!sheet.closed(shape.kind)) for (const side of "AB") {
    group.append(svg("text", { class: "name" }));
    set(group.lastChild, side);
  }
  return group;
}
function updateShape(group, shape) {
  const [outline, name, ...marks] = group.children, [x, y] = px(sheet.closed(shape.kind) ? sheet.middle(shape.points) : shape.points[0]);
  const beside = marks.length ? sides(shape.points) : [];
  marks.forEach((mark, n) => { attr(mark, "x", beside[n][0]); attr(mark, "y", beside[n][1]); });
  attr(group, "class", shape.key === sheet.chosen.key ? "chosen" : "");
  attr(outline, "class", `shape ${shape.kind}`);
  attr(outline, "points", path(shape.points));
  attr(name, "x", x);
  attr(name, "y", y);
  set(name, shape.id);
}
function drawDraft() {
  const points = hover ? [...draft, hover] : draft;
  patch($("draft"), draft.length ? [points] : [], { key: () => "draft", make: () => svg("polyline", { class: "draft" }), update: (line) => attr(line, "points", path(points)) });
}
function drawHandles() {
  const shape = tool === "select" ? sheet.selected() : null, items = [];
  shape?.points.forEach((point, n) => items.push({ key: `point-${n}`, n, point }));
  shape?.points.forEach((point, n) => {
    const next = shape.points[n + 1] ?? (sheet.closed(shape.kind) && shape.points[0]);
    if (next) items.push({ key: `mid-${n}`, n, mid: true, point: sheet.middle([point, next]) });
  });
  patch($("handles"), items, { key: (item) => item.key, make: makeHandle, update: updateHandle });
}
function makeHandle(item) {
  const group = svg("g"), hit = svg("circle", { class: "hit", r: item.mid ? 11 : 16 });
  hit.dataset[item.mid ? "mid" : "point"] = item.n;
  group.append(hit, svg("circle", { class: "dot", r: item.mid ? 4 : 6 }));
  if (!item.mid) {
    attr(group, "tabindex", 0);
    attr(group, "role", "button");
    group.addEventListener("focus", () => { sheet.chosen.point = item.n; draw(); });
  }
  return group;
}
function updateHandle(group, { n, mid, point }) {
  const [x, y] = px(point), here = n === sheet.chosen.point;
  attr(group, "class", mid ? "mid" : here ? "point chosen" : "point");
  attr(group, "transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
  if (!mid) attr(group, "aria-label", w("point", n + 1, sheet.selected().points.length, (point[0] * 100).toFixed(1), (point[1] * 100).toFixed(1)));
}
function makeRow(shape) {
  const row = el("li"), name = el("input"), remove = el("button");
  const { key } = shape;
  name.spellcheck = false;
  name.maxLength = 63;
  name.addEventListener("focus", () => { sheet.remember(); sheet.choose(key); pick("select"); });
  name.addEventListener("input", () => { sheet.rename(key, name.value); draw(); });
  remove.addEventListener("click", () => { sheet.remove(key); draw(); });
  row.append(el("i"), name, remove);
  return row;
}
function updateRow(row, shape) {
  const [, name, remove] = row.children;
  attr(row, "class", `${shape.kind}${shape.key === sheet.chosen.key ? " chosen" : ""}`);
  if (name.value !== shape.id) name.value = shape.id;
  attr(name, "aria-label", `${w("name")}: ${w(sheet.stem(shape.kind))}`);
  set(remove, w("remove"));
  attr(remove, "aria-label", `${w("remove")} ${shape.id}`);
}

// ---- tools
function makeTool(name) {
  const button = el("button");
  button.dataset.tool = name;
  button.addEventListener("click", () => pick(name));
  return button;
}
function updateTool(button, name) {
  attr(button, "aria-pressed", name === tool);
  set(button, w(name));
}
function pick(chosen) {
  tool = chosen;
  draft = [];
  hover = null;
  draw();
}
function finish() {
  if (draft.length && !sheet.enough(tool, draft)) { set($("said"), w("least")); return; }
  sheet.add(tool, draft.length ? draft : sheet.closed(tool) ? BOX : DASH);
  pick("select");
}
function corner(point) {
  const end = draft[sheet.closed(tool) ? 0 : draft.length - 1];
  if (end && near(point, end) && sheet.enough(tool, draft)) finish();
  else if (!draft.length || !near(point, draft[draft.length - 1])) draft.push(point);
}
function grab(event, at) {
  const { point, mid, key } = event.target.dataset, shape = sheet.selected();
  sheet.remember();
  if (point !== undefined) { sheet.chosen.point = Number(point); drag = { index: Number(point) }; }
  else if (mid !== undefined) { sheet.insert(shape, Number(mid), at); sheet.chosen.point = Number(mid) + 1; drag = { index: Number(mid) + 1 }; }
  else if (key !== undefined) { sheet.choose(key); drag = { from: sheet.selected().points, at }; }
  else sheet.choose(null);
}
function pull(at) {
  const shape = sheet.selected();
  if (drag.index !== undefined) sheet.put(shape, drag.index, at);
  else sheet.shift(shape, drag.from, at[0] - drag.at[0], at[1] - drag.at[1]);
}
function nudge([dx, dy], leap) {
  const shape = sheet.selected(), step = STEP * (leap ? LEAP : 1), n = sheet.chosen.point;
  if (!shape) return false;
  sheet.remember();
  if (n !== null) sheet.put(shape, n, [shape.points[n][0] + dx * step, shape.points[n][1] + dy * step]);
  else sheet.shift(shape, shape.points, dx * step, dy * step);
  return true;
}
function erase() {
  const shape = sheet.selected(), n = sheet.chosen.point;
  if (!shape) return;
  if (n === null) sheet.remove(shape.key);
  else if (!sheet.drop(shape, n)) set($("said"), w("least"));
}

// ---- pointer and keys
const board = $("sheet");
board.addEventListener("pointerdown", (event) => {
  if (event.button) return;
  event.preventDefault();
  board.setPointerCapture(event.pointerId);
  set($("said"), "");
  if (tool === "select") grab(event, share(event));
  else corner(share(event));
  draw();
  const n = sheet.chosen.point;
  (tool === "select" && n !== null && $("handles").children[n] || board).focus({ preventScroll: true });
});
board.addEventListener("pointermove", (event) => {
  if (drag) pull(share(event));
  else if (draft.length) hover = share(event);
  else return;
  draw();
});
for (const over of ["pointerup", "pointercancel"]) board.addEventListener(over, () => { drag = null; });
board.addEventListener("dblclick", () => { if (tool !== "select") finish(); });
addEventListener("keydown", (event) => {
  const command = event.ctrlKey || event.metaKey, typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
  if (command && event.code === "KeyS") { event.preventDefault(); save(); return; }
  if (typing || event.isComposing) return;
  if (command && event.code === "KeyZ") { undo(); event.preventDefault(); return; }
  if (command || event.altKey) return;
  const onButton = event.target instanceof HTMLButtonElement;
  if (event.key in ARROWS) { if (!nudge(ARROWS[event.key], event.shiftKey)) return; }
  else if (event.key === "Enter" && tool !== "select" && !(onButton && event.target.dataset.tool !== tool)) finish();
  else if (event.key === "Escape") pick("select");
  else if (event.key === "Backspace" && draft.length) draft.pop();
  else if (event.key === "Delete" || event.key === "Backspace") erase();
  else return;
  event.preventDefault();
  draw();
});
function undo() {
  if (draft.length) draft.pop();
  else sheet.undo();
  draw();
}

// ---- the server
async function call(path, options) {
  let answer;
  try { answer = await fetch(path, options); } catch { throw new Error(w("lost")); }
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail || body.title);
  return body;
}
function show(found) {
  told = found;
  set($("camera"), found.camera);
  set($("file"), found.file ?? w("noFile"));
  set($("save"), w(found.file === null ? "show" : "save"));
  $("picture").hidden = Boolean(found.why);
  $("blank").hidden = !found.why;
  set($("blank"), found.why && w("noPicture", found.why));
}
async function attempt(doing, work) {
  $("wrong").hidden = true;
  set($("said"), doing);
  try { set($("said"), await work() ?? ""); } catch (error) {
    set($("said"), "");
    set($("wrong"), error.message);
    $("wrong").hidden = false;
  }
  draw();
}
const start = () => attempt("", async () => {
  show(await call("api/sheet"));
  sheet.load(told.shapes);
  frame();
});
const fresh = () => attempt(w("looking"), async () => { show(await call("api/picture", { method: "POST" })); frame(); });
function save() {
  if ($("save").disabled) return;
  attempt(w("saving"), async () => {
    const body = JSON.stringify({ shapes: sheet.wish(), revision: told.revision });
    const saved = await call("api/sheet", { method: "PUT", body, headers: { "Content-Type": "application/json" } });
    $("yaml").hidden = !saved.yaml;
    $("yaml").value = saved.yaml;
    if (saved.sheet.file === null) return w("yaml");
    show(saved.sheet);
    sheet.load(saved.sheet.shapes);
    frame();
    return w("saved");
  });
}
function frame() { if (!told.why) $("picture").src = `api/picture?n=${frames++}`; }

// ---- words
function say(lang) {
  speak(lang);
  document.documentElement.lang = lang === "zh" ? "zh-Hans" : "en";
  for (const node of document.querySelectorAll("[data-w]")) set(node, w(node.dataset.w));
  for (const node of document.querySelectorAll("[data-label]")) attr(node, "aria-label", w(node.dataset.label));
  for (const node of document.querySelectorAll("[data-lang]")) attr(node, "aria-pressed", node.dataset.lang === language());
  if (told) show(told);
  draw();
}
for (const node of document.querySelectorAll("[data-lang]")) node.addEventListener("click", () => say(node.dataset.lang));
$("undo").addEventListener("click", undo);
$("fresh").addEventListener("click", fresh);
$("save").addEventListener("click", save);
new ResizeObserver(draw).observe($("stage"));
addEventListener("beforeunload", (event) => { if (told?.file && sheet.dirty()) event.preventDefault(); });
say(navigator.language.startsWith("zh") ? "zh" : "en");
start();
