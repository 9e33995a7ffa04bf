// An entry and what a box has drawn at a camera in, the zones and lines that the entry is about out. Pure.

const OF_A_PICTURE = ["intrusion", "line-crossing", "loitering", "occupancy", "wrong-direction", "stopped-vehicle", "speed", "motion", "object-left", "object-taken"];
const ASPECT = 16 / 9, BESIDE = 0.06, EDGE = 0.03;

/** What an entry waits for, event by event. */
export function partsOf(entry) {
  const { then, together, nothing, unbadged } = entry;
  if (unbadged) return [{ rule: "line-crossing", device: unbadged.camera, line: unbadged.line, direction: unbadged.direction }];
  return then ?? together?.what ?? (nothing ? [nothing] : [entry]);
}
/** Whether any of it can come of a zone or a line. */
export const isDrawn = (entry) => partsOf(entry).some(({ rule }) => !rule || OF_A_PICTURE.includes(rule));
/** Whether any of it can come of this camera. */
export const isOfCamera = (entry, { camera }) => partsOf(entry).some(({ device }) => !device || device === camera);

const means = (part, rule, camera) =>
  (!part.rule || part.rule === rule.rule) && (!part.device || part.device === camera) && (!part.line || part.line === rule.line)
  && (!part.class || !rule.classes?.length || rule.classes.includes(part.class))
  && (!part.direction || !rule.direction || rule.direction === "both" || rule.direction === part.direction);

/** The camera's rules of which the entry hears. */
export const rulesOf = (entry, camera, { rules = [] }) => rules.filter((rule) => partsOf(entry).some((part) => means(part, rule, camera)));

/** `{ key, kind, id, points, rules }` of each zone and line that they are about, and of the privacy masks. */
export function shapesOf(entry, camera, drawing) {
  const heard = rulesOf(entry, camera, drawing);
  const drawn = (kind, shapes = []) => shapes.map((shape) => ({ ...shape, kind, key: `${kind} ${shape.id}`, rules: heard.filter((rule) => rule[kind] === shape.id) }));
  return [...drawn("zone", drawing.zones), ...drawn("line", drawing.lines), ...drawn("mask", drawing.privacy_masks)].filter(({ kind, rules }) => kind === "mask" || rules.length);
}
/** Where words stand on the picture: the shape's name, and A and B on their sides of a line. */
export function wordsOf({ key, kind, id, points }) {
  if (kind !== "line") return [{ key, of: key, text: id, at: within(middle(points)) }];
  const part = Math.floor((points.length - 2) / 2), [[x0, y0], [x1, y1]] = [points[part], points[part + 1]], here = [(x0 + x1) / 2, (y0 + y1) / 2];
  const [wide, high] = [(x1 - x0) * ASPECT, y1 - y0], long = Math.hypot(wide, high) || 1;
  const beside = (way) => within([here[0] - (way * BESIDE * high) / long / ASPECT, here[1] + (way * BESIDE * wide) / long]);
  return [{ key, of: key, text: id, at: within(points[0]) }, { key: `${key} a`, of: key, text: "A", at: beside(-1) }, { key: `${key} b`, of: key, text: "B", at: beside(1) }];
}
const middle = (points) => [0, 1].map((side) => (Math.min(...points.map((point) => point[side])) + Math.max(...points.map((point) => point[side]))) / 2);
const within = (point) => point.map((share) => Math.min(1 - EDGE, Math.max(EDGE, share)));
