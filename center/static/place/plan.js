// A place's outline, cameras and doors in degrees in, a plan in metres out, drawn without any map from elsewhere.

import { attr, h, patch, show, svg } from "../base/dom.js";
import { drawGlyph } from "../base/grade.js";
import { words } from "../base/words.js";

const WIDE = 360, HIGH = 200, ROOM = 34, LEAST_M = 60;
const SHAPES = {
  camera: "M-5-4h7v8h-7zM2 0l5-4v8z", door: "M-4 6v-12h8v12zM1 1h1", "help-point": "M0-6a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM0-3v4M0 3v1",
  "patrol-point": "M-4 6v-12M-4-6l9 3-9 3",
};
const say = words({
  plan: [(name) => `${name}平面图`, (name) => `Plan of ${name}`],
  metres: [(n) => (n < 1000 ? `${n} 米` : `${n / 1000} 公里`), (n) => (n < 1000 ? `${n} m` : `${n / 1000} km`)],
});

/** An empty plan; `draw` fills it, and hides it where nothing has a position. */
export function plan() {
  const ground = svg("g", { class: "ground" }), cones = svg("g", { class: "cones" }), edge = svg("path", { class: "edge" });
  const way = svg("path", { class: "way" }), marks = svg("g", { class: "marks" }), sign = svg("g"), unit = svg("g", { class: "unit" });
  const bar = svg("g", { class: "scale" }, svg("path"), svg("text"));
  const drawing = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img" }, ground, cones, edge, way, marks, sign, unit, bar);
  const node = h("figure", { class: "plan" }, drawing), parts = { ground, cones, edge, way, marks, sign, unit, bar };
  return { node, draw(facts) {
    const fit = fitted(facts);
    show(node, fit);
    if (!fit) return;
    attr(drawing, "aria-label", say("plan", facts.name));
    drawGround(parts, facts, fit);
    drawMarks(parts, facts, fit);
    drawUnit(parts, facts, fit);
    drawScale(bar, fit.perM);
  } };
}
/** What the API says of a place and its cameras, as `draw` wants it. */
export function planOf({ place, cameras = [] }, grade) {
  const own = place.place, kinds = [["door", own.doors], ["help-point", own.help_points], ["patrol-point", own.patrol_points]];
  const devices = kinds.flatMap(([kind, found]) => (found || []).map((each) => ({ ...each, kind })));
  const marks = cameras.filter((each) => each.at).map((each) => ({ ...each, id: each.camera, kind: "camera" }));
  return { name: own.name, at: own.at, outline: own.outline, around: [], marks: [...marks, ...devices], patrol: null, grade };
}

/** How degrees become units of the drawing; null without any position. */
function fitted({ at, outline, marks, patrol }) {
  const points = [at, ...(outline || []), ...marks.map((each) => each.at), patrol].filter(Boolean);
  if (!points.length) return null;
  const [east, north] = [0, 1].map((axis) => points.map((point) => point[axis]));
  const middle = [(Math.min(...east) + Math.max(...east)) / 2, (Math.min(...north) + Math.max(...north)) / 2];
  const perEast = 111320 * Math.cos((middle[1] * Math.PI) / 180), perNorth = 110540;
  const spread = (list, per) => Math.max(LEAST_M, (Math.max(...list) - Math.min(...list)) * per);
  const perM = Math.min((WIDE - 2 * ROOM) / spread(east, perEast), (HIGH - 2 * ROOM) / spread(north, perNorth));
  const to = ([x, y]) => [WIDE / 2 + (x - middle[0]) * perEast * perM, HIGH / 2 - (y - middle[1]) * perNorth * perM];
  return { to, perM };
}
const round = (n) => n.toFixed(1);
const path = (ring, to) => `M${ring.map((point) => to(point).map(round).join(" ")).join("L")}Z`;
const put = (node, point) => attr(node, "transform", `translate(${point.map(round).join(" ")})`);

function drawGround({ ground, edge }, { around, outline, grade }, { to }) {
  patch(ground, around.map((ring, index) => ({ ring, index })), { key: (each) => each.index, make: () => svg("path"), update: (node, each) => attr(node, "d", path(each.ring, to)) });
  attr(edge, "d", outline ? path(outline, to) : null);
  attr(edge, "class", grade ? `edge t${grade}` : "edge");
}
function drawMarks({ cones, marks, sign }, facts, fit) {
  const known = facts.marks.filter((each) => each.at), looking = known.filter((each) => each.bearing_deg !== null && each.bearing_deg !== undefined);
  patch(cones, looking, { key: (each) => each.id, make: () => svg("path"), update: (node, each) => attr(node, "d", cone(each, fit)) });
  patch(marks, known, {
    key: (each) => `${each.kind}/${each.id}`,
    make: (each) => svg("g", {}, svg("path", { d: SHAPES[each.kind] }), svg("title")),
    update: (node, each) => { put(node, fit.to(each.at)); node.lastChild.textContent = each.name || each.id; },
  });
  const at = facts.at || middleOf(facts.outline);
  patch(sign, at && facts.grade ? [facts.grade] : [], {
    key: (grade) => grade, make: () => svg("svg", { viewBox: "0 0 22 22", width: 24, height: 24 }, svg("path", { class: "sh" }), svg("text", { x: 11 })),
    update: (node, grade) => { const [x, y] = fit.to(at); attr(node, "x", round(x - 12)); attr(node, "y", round(y - 12)); drawGlyph(node, grade, false, ""); },
  });
}
function cone({ at, bearing_deg: bearing, field_deg: field, reach_m: reach }, { to, perM }) {
  const [x, y] = to(at), far = (reach || 25) * perM, half = Math.min(field || 70, 350) / 2;
  const end = (degrees) => { const turn = (degrees * Math.PI) / 180; return `${round(x + far * Math.sin(turn))} ${round(y - far * Math.cos(turn))}`; };
  return `M${round(x)} ${round(y)}L${end(bearing - half)}A${round(far)} ${round(far)} 0 ${half > 90 ? 1 : 0} 1 ${end(bearing + half)}Z`;
}
const middleOf = (ring) => ring && [0, 1].map((axis) => ring.reduce((sum, point) => sum + point[axis], 0) / ring.length);
function drawUnit({ way, unit }, facts, { to }) {
  const at = facts.at || middleOf(facts.outline), here = facts.patrol && at;
  attr(way, "d", here ? `M${to(facts.patrol).map(round).join(" ")}L${to(at).map(round).join(" ")}` : null);
  patch(unit, here ? [facts] : [], {
    key: () => "unit", make: () => svg("g", {}, svg("rect", { height: 18, y: -9, rx: 9 }), svg("text", { y: 4 })),
    update: (node) => {
      const wide = Math.max(28, (facts.unit || "").length * 8 + 12), [x, y] = to(facts.patrol);
      put(node, [Math.min(Math.max(x, wide / 2 + 4), WIDE - wide / 2 - 4), y]);
      attr(node.firstChild, "width", wide);
      attr(node.firstChild, "x", -wide / 2);
      node.lastChild.textContent = facts.unit || "";
    },
  });
}
function drawScale(bar, perM) {
  const long = [1000, 500, 200, 100, 50, 20, 10, 5].find((metres) => metres * perM <= 80) || 2;
  attr(bar.firstChild, "d", `M10 ${HIGH - 14}v4h${round(long * perM)}v-4`);
  attr(bar.lastChild, "x", 10);
  attr(bar.lastChild, "y", HIGH - 18);
  bar.lastChild.textContent = say("metres", long);
}
