// A query in, fields that show what it says and change it out: whatever is picked is a word, and a word that is typed is picked.

import { askAll } from "../base/api.js";
import { attr, h, patch, set, show } from "../base/dom.js";
import { drawn, GRADES } from "../base/grade.js";
import { grade, rule, term } from "../base/terms.js";
import { has, only, turned, valuesOf, without } from "./query.js";
import { say, whyNot } from "./words.js";

const STATES = ["open", "new", "acknowledged", "dispatched", "on_site", "shelved", "closed", "withdrawn"];
export const RULES = [
  "intrusion", "line-crossing", "loitering", "occupancy", "wrong-direction", "object-left", "object-taken", "stopped-vehicle", "speed", "motion",
  "help-point", "door-forced", "door-held", "badge-denied", "patrol-passed", "signal-loss", "reconnecting", "camera-blind", "too-dark", "too-bright",
  "out-of-focus", "picture-frozen", "scene-changed", "clock-drift", "rate-changed", "size-changed", "spool-overflow", "box-overreach",
];

/** Fields for everything that can be asked; `change(query)` hears the query that a pick makes. */
export function pickers(get, change) {
  const select = (key, options) => h("select", { "data-key": key, on: { change: (event) => change(only(get(), key, event.target.value)) } }, h("option", { value: "", text: say("any") }), options);
  const date = (key) => h("input", { type: "date", "data-key": key, on: { change: (event) => change(only(get(), key, event.target.value)) } });
  const grades = GRADES.map((n) => h("button", { class: "chip", "data-grade": n, title: grade(n), on: { click: () => change(turned(get(), "grade", String(n))) } }, drawn(n, 18, false, grade(n))));
  const fields = { place: select("place"), rule: select("rule", RULES.map((name) => option(name, rule(name)))), camera: select("camera"), state: select("state", STATES.map((name) => option(name, name === "open" ? say("open") : term(name)))), from: date("from"), to: date("to") };
  const named = Object.entries(fields).map(([key, field]) => h("label", { class: "pick" }, h("span", { text: say(key) }), field));
  const node = h("div", { class: "pickers" }, h("div", { class: "pick" }, h("span", { text: say("grade") }), h("div", { class: "gradepick", role: "group", "aria-label": say("grade") }, grades)), named);
  return { node, draw(q) {
    for (const button of grades) attr(button, "aria-pressed", String(has(q, "grade", button.dataset.grade)));
    for (const [key, field] of Object.entries(fields)) drawField(field, valuesOf(q, key));
  }, fill(places, cameras) {
    fields.place.append(...places.map(({ place }) => option(place.id, place.name)));
    fields.camera.append(...[...new Set(cameras.map((each) => each.camera))].map((id) => option(id, id)));
  } };
}
const option = (value, text) => h("option", { value, text });
function drawField(field, values) {
  const value = field.type === "date" ? (values[0] || "").slice(0, 10) : values[0] || "";
  if (field.value !== value) field.value = value;
}
/** Words of the query as chips, each with a way to take it out; those that were not understood say why. */
export function chips(get, change) {
  const list = h("ul", { class: "words" }), wrong = h("ul", { class: "wrongs", role: "status" });
  const node = h("div", {}, list, wrong);
  return { node, draw(tokens) {
    const keyed = tokens.map((token, index) => ({ ...token, name: `${index}:${token.key}:${token.value}` }));
    show(list, keyed.length);
    patch(list, keyed, {
      key: (token) => token.name,
      make: (token) => h("li", {}, h("button", { class: "chip plain", on: { click: () => change(without(get(), token.key, token.value)) } }, h("b"), h("span"), h("i", { text: "×", "aria-hidden": "true" }))),
      update: (item, token) => {
        const [button] = item.children;
        button.classList.toggle("odd", Boolean(token.wrong));
        set(button.children[0], `${["place", "rule", "camera", "state", "from", "to", "grade", "number"].includes(token.key) ? say(token.key) : token.key}`);
        set(button.children[1], token.value);
        attr(button, "aria-label", say("remove", `${token.key}:${token.value}`));
      },
    });
    patch(wrong, keyed.filter((token) => token.wrong), { key: (token) => token.name, make: () => h("li"), update: (item, token) => set(item, say("wrong", `${token.key}:${token.value}`, whyNot(token))) });
  } };
}
/** Names to pick from: the places and cameras that whoever asks may see. */
export const names = () => Promise.all([askAll("/api/places?limit=500", "places", 4), askAll("/api/cameras?limit=500", "cameras", 4)]);
