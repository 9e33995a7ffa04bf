// Longitudes and latitudes in, metres on a plan out: small enough a part of the earth to be flat. Pure.

const METRES = 111320;
/** East and south of a middle, in metres. */
export function projection([east, north]) {
  const wide = METRES * Math.cos((north * Math.PI) / 180);
  return ([lon, lat]) => [(lon - east) * wide, (north - lat) * METRES];
}
const flat = (shape) => (typeof shape?.[0] === "number" ? [shape] : (shape || []).flatMap(flat));
/** All positions of some GeoJSON features. */
export const positions = (features) => features.flatMap((each) => flat(each.geometry?.coordinates));
export function middle(points) {
  const [lons, lats] = [0, 1].map((i) => points.map((point) => point[i]));
  return [(Math.min(...lons) + Math.max(...lons)) / 2, (Math.min(...lats) + Math.max(...lats)) / 2];
}
/** What encloses some points of a plan: left, top, right, bottom, in metres. */
export function bounds(points) {
  const [xs, ys] = [0, 1].map((i) => points.map((point) => point[i]));
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
const ring = (points, at, end) => `M${points.map((point) => at(point).map((n) => n.toFixed(1)).join(" ")).join("L")}${end}`;
/** A geometry as the `d` of a path; "" for a point. */
export function path(geometry, at) {
  const { type, coordinates } = geometry || {};
  if (type === "Polygon") return coordinates.map((each) => ring(each, at, "z")).join("");
  if (type === "MultiPolygon") return coordinates.flat().map((each) => ring(each, at, "z")).join("");
  if (type === "LineString") return ring(coordinates, at, "");
  if (type === "MultiLineString") return coordinates.map((each) => ring(each, at, "")).join("");
  return "";
}
/** Where a feature is marked: its point, or the middle of its outline. */
export function anchor(feature, at) {
  const points = positions([feature]);
  if (!points.length) return null;
  if (points.length === 1) return at(points[0]);
  const open = points.slice(0, -1).map(at);
  return [0, 1].map((i) => open.reduce((sum, point) => sum + point[i], 0) / open.length);
}
const REACH_M = 30, FIELD_DEG = 70;
/** The cone that a camera sees, as the `d` of a path around where it stands; "" if nobody said. */
export function cone([x, y], { bearing_deg, field_deg = FIELD_DEG, reach_m = REACH_M }) {
  if (bearing_deg === undefined || bearing_deg === null) return "";
  const end = (deg) => { const a = ((deg - 90) * Math.PI) / 180; return `${(x + reach_m * Math.cos(a)).toFixed(1)} ${(y + reach_m * Math.sin(a)).toFixed(1)}`; };
  const half = Math.min(179, field_deg / 2), large = field_deg > 180 ? 1 : 0;
  return `M${x.toFixed(1)} ${y.toFixed(1)}L${end(bearing_deg - half)}A${reach_m} ${reach_m} 0 ${large} 1 ${end(bearing_deg + half)}z`;
}
/** A round length for a scale bar of at most `most` pixels. */
export function scaleLength(pixelsPerMetre, most = 90) {
  const metres = most / pixelsPerMetre, ten = 10 ** Math.floor(Math.log10(metres));
  return ten * (metres / ten >= 5 ? 5 : metres / ten >= 2 ? 2 : 1);
}
