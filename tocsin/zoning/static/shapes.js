// Shapes and what can be done to them; every change can be undone. Points are shares, 0 to 1.

const LEAST = { zones: 3, masks: 3, privacy_masks: 3, lines: 2 }, KEPT = 200;
const STEMS = { zones: "zone", masks: "mask", privacy_masks: "private", lines: "line" };
const clamp = (value) => Math.min(1, Math.max(0, value));
const fine = (value) => Math.round(clamp(value) * 1e4) / 1e4;
let made = 0;

export const shapes = [];
export const chosen = { key: null, point: null };
const past = [];
let marked = null;

const copy = () => JSON.stringify(shapes);
export function load(list) {
  shapes.splice(0, shapes.length, ...list.map((shape) => ({ ...shape, key: shape.was === null ? `new-${made++}` : `${shape.kind}-${shape.was}` })));
  past.length = 0;
  marked = copy();
  choose(null);
}
export const dirty = () => copy() !== marked;
export const canUndo = () => { const now = copy(); return past.some((before) => before !== now); };
export const wish = () => shapes.map(({ kind, id, points, was }) => ({ kind, id, points, was }));
export const find = (key) => shapes.find((shape) => shape.key === key);
export const selected = () => find(chosen.key);
export function choose(key, point = null) { chosen.key = key; chosen.point = point; }

/** Call it before a change: what was is kept, once for each gesture. */
export function remember() {
  const now = copy();
  if (past[past.length - 1] !== now) past.push(now);
  if (past.length > KEPT) past.shift();
}
export function undo() {
  let before = past.pop();
  if (before === copy()) before = past.pop();
  if (before === undefined) return;
  shapes.splice(0, shapes.length, ...JSON.parse(before));
  if (!selected()) choose(null);
  else if (chosen.point >= selected().points.length) chosen.point = null;
}

function free(kind) {
  for (let n = 1; ; n++) {
    const name = `${STEMS[kind]}-${n}`;
    if (!shapes.some((shape) => shape.id === name)) return name;
  }
}
export function add(kind, points) {
  remember();
  const shape = { kind, id: free(kind), points: points.map(([x, y]) => [fine(x), fine(y)]), was: null, key: `new-${made++}` };
  shapes.push(shape);
  choose(shape.key);
}
export function remove(key) {
  remember();
  shapes.splice(shapes.findIndex((shape) => shape.key === key), 1);
  choose(null);
}
export function rename(key, id) { find(key).id = id; }
export function put(shape, index, [x, y]) { shape.points[index] = [fine(x), fine(y)]; }
/** Move all points by as much as keeps each within the picture. */
export function shift(shape, from, dx, dy) {
  const room = (axis, by) => Math.max(-Math.min(...from.map((p) => p[axis])), Math.min(1 - Math.max(...from.map((p) => p[axis])), by));
  const x = room(0, dx), y = room(1, dy);
  shape.points = from.map((p) => [fine(p[0] + x), fine(p[1] + y)]);
}
export function insert(shape, after, point) { shape.points.splice(after + 1, 0, point.map(fine)); }
/** False when a shape would have too few points. */
export function drop(shape, index) {
  if (shape.points.length <= LEAST[shape.kind]) return false;
  remember();
  shape.points.splice(index, 1);
  chosen.point = null;
  return true;
}
export const enough = (kind, points) => points.length >= LEAST[kind];
export const closed = (kind) => kind !== "lines";
export const stem = (kind) => STEMS[kind];
export function middle(points) {
  const sum = points.reduce(([x, y], p) => [x + p[0], y + p[1]], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}
