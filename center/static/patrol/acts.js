// Where a task stands in, the buttons in reach of a thumb out: one that is next, and what was found once there.

import { choices } from "../base/dialog.js";
import { h } from "../base/dom.js";
import { CAUSES, term } from "../base/terms.js";
import { say } from "./words.js";

const FOUND = ["real", "not_real", "no_trace"];

/** `tell(step, more)` is called with what was done, `shoot()` when a photo is to be taken. */
export function acts(tell, shoot) {
  const node = h("div", { class: "acts", role: "group" });
  let shown = null;
  const go = (word, kind, act) => h("button", { class: `go ${kind}`, text: word, on: { click: act } });
  const turn = (key, build) => {
    if (shown === key) return;
    const held = node.contains(document.activeElement);
    shown = key;
    node.replaceChildren(...build());
    if (held) node.querySelector("button, input")?.focus();
  };
  const found = (outcome) => turn(`found:${outcome}`, () => asked(outcome, go, tell, () => { shown = null; draw("arrived"); }));
  const BUILDS = {
    offered: () => [go(say("go"), "pri", () => tell("on_way")), go(say("hereAlready"), "", () => tell("arrived"))],
    on_way: () => [...asks(), go(say("here"), "pri", () => tell("arrived"))],
    arrived: () => [...asks("ask third"), go(say("addPhoto"), "ask third", shoot), ...FOUND.map((each, index) => go(say(each), index ? "half" : "pri", () => found(each)))],
  };
  const asks = (kind = "ask") => [["call", "call"], ["hold", "hold"]].map(([step, word]) => go(say(word), kind, (event) => { event.currentTarget.disabled = true; tell(step); }));
  const draw = (state) => {
    if (state === "arrived" && shown?.startsWith("found:")) return;
    turn(state, BUILDS[state] || (() => []));
    node.hidden = !BUILDS[state];
  };
  return { node, draw };
}
/** What goes with an outcome: why it was not real, and a note. A thumb that slipped goes back. */
function asked(outcome, go, tell, back) {
  const causes = choices("cause", CAUSES.map((value) => ({ value, text: term(value) })));
  const note = h("textarea", { maxlength: 500, rows: 2, "aria-label": say("note"), placeholder: say("note") });
  const send = go(say("tell"), "pri", () => tell("outcome", { outcome, ...(outcome === "not_real" && { cause: causes.value() }), ...(note.value.trim() && { note: note.value.trim() }) }));
  const ready = () => { send.disabled = outcome === "not_real" && !causes.value(); };
  causes.list.addEventListener("change", ready);
  ready();
  return [h("b", { class: "asked", text: outcome === "not_real" ? say("why") : say(outcome) }), ...(outcome === "not_real" ? [causes.list] : []), note, go(say("back"), "half", back), send];
}
