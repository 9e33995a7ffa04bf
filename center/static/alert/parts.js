// An alert in, its head, its reason, its steps and its facts out; each part is made once and drawn often.

import { act } from "../base/actions.js";
import { attr, h, patch, set, show } from "../base/dom.js";
import { drawGlyph, glyph } from "../base/grade.js";
import { placeName } from "../base/places.js";
import { hours, title, why } from "../base/terms.js";
import { ago, now, secondsSince } from "../base/time.js";
import { who } from "../base/who.js";
import { say } from "./words.js";

/** Sign, title, place, and the bar of the time in which it is to be acknowledged. */
export function head() {
  const mark = glyph(36), name = h("h2"), place = h("a", { class: "where" }), number = h("a", { class: "number" });
  const old = h("b"), fill = h("i"), track = h("div", { class: "track", role: "progressbar" }, fill), state = h("span");
  const node = h("div", { class: "ph" }, mark, name, place, number, h("div", { class: "ackbar" }, old, track, state));
  return { node, draw(alert) {
    drawGlyph(mark, alert.grade, alert.state !== "new");
    set(name, title(alert));
    set(place, alert.home ? `${alert.place_name} · ${say("from", alert.home)}` : alert.place_name);
    attr(place, "href", `/places/${encodeURIComponent(alert.place)}`);
    set(number, alert.id.slice(-6));
    attr(number, "title", say("openPage"));
    attr(number, "href", `/alerts/${alert.id}`);
    drawClock(alert, { old, fill, track, state });
  } };
}
function drawClock(alert, { old, fill, track, state }) {
  const waits = alert.state === "new", within = alert.within_s, gone = secondsSince(alert.opened_at);
  set(old, ago(gone));
  show(track, waits);
  if (waits) {
    const left = alert.acknowledge_by ? (Date.parse(alert.acknowledge_by) - now()) / 1000 : within - gone;
    const share = Math.min(1, Math.max(0, (within - left) / within));
    fill.style.width = `${(share * 100).toFixed(1)}%`;
    attr(fill, "class", `t${alert.grade}`);
    attr(track, "aria-valuenow", Math.round(share * 100));
    attr(track, "aria-label", say("ackBy", ago(within)));
    set(state, left < 0 ? say("overdue", ago(-left)) : say("ackBy", ago(Math.round(gone + left))));
  } else set(state, alert.seat ? say("ackedBy", who(alert.seat)) : say("notAcked"));
}

/** Why there is this alert, and why of this grade. */
export function reason() {
  const whose = h("b"), text = h("span"), rose = h("span", { class: "rose" });
  const node = h("p", { class: "why" }, whose, " ", text, rose);
  return { node, draw(alert) {
    set(whose, say("whyGrade", alert.grade));
    set(text, why(alert));
    set(rose, alert.level ? ` ${say("rose", alert.risen_to ? placeName(alert.risen_to) : `+${alert.level}`)}.` : "");
  } };
}

/** The steps of the watch list, to be ticked; everybody sees the ticks. */
export function steps() {
  const list = h("ul", { class: "todo" }), node = h("section", { "aria-label": say("steps") }, list);
  return { node, draw(alert) {
    const over = ["closed", "withdrawn", "joined"].includes(alert.state);
    show(node, alert.steps.length);
    patch(list, alert.steps.map((text, number) => ({ text, number })), {
      key: (step) => `${alert.id}:${step.number}`,
      make: ({ number }) => {
        const box = h("input", { type: "checkbox", on: { change: () => act(alert.id, "step", { number, done: box.checked }) } });
        return h("li", {}, h("label", {}, box, h("span")));
      },
      update: (item, step) => {
        const box = item.firstChild.firstChild;
        box.checked = alert.ticked.includes(step.number);
        box.disabled = over;
        set(item.firstChild.lastChild, step.text);
      },
    });
  } };
}

/** What is left to know: hours, sources, the whole number, its page. */
export function facts() {
  const list = h("dl", { class: "facts" }), cells = ["armed", "sources", "number"].map((name) => h("dd", { "data-fact": name }));
  ["armed", "sources", "number"].forEach((name, i) => list.append(h("dt", { text: say(name) }), cells[i]));
  return { node: list, draw(alert) {
    set(cells[0], hours(alert.armed));
    set(cells[1], alert.cameras.join(", "));
    set(cells[2], alert.id);
  } };
}
