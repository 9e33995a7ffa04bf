// An alert in, how far the work on it is out: each stage with its time, and how long after the first it was.

import { attr, h, patch, set } from "../base/dom.js";
import { patrolName } from "../base/patrols.js";
import { ago, clock } from "../base/time.js";
import { say } from "./pagewords.js";

/** The stages in their order; one that was passed over has no time, and is left out once a later one has. */
export function stagesOf(alert) {
  const all = [
    { key: "raised", at: alert.opened_at, text: say("raised") },
    { key: "acknowledged", at: alert.acknowledged_at, text: say("acknowledged") },
    { key: "dispatched", at: alert.dispatched_at, text: say("dispatched", alert.patrol && patrolName(alert.patrol)) },
    { key: "arrived", at: alert.arrived_at, text: say("arrived") },
    { key: "closed", at: alert.closed_at, text: say("closed") },
  ];
  return all.filter((stage, index) => stage.at || !all.slice(index + 1).some((each) => each.at));
}
export function stages() {
  const list = h("ol", { class: "stages", "aria-label": say("stages") });
  return { node: list, draw(alert) {
    const begun = Date.parse(alert.opened_at);
    patch(list, stagesOf(alert), {
      key: (stage) => stage.key,
      make: () => h("li", {}, h("i"), h("b"), h("span")),
      update: (item, { at, text, key }) => {
        attr(item, "class", at ? "past" : null);
        set(item.children[1], text);
        set(item.children[2], !at ? "" : key === "raised" ? clock(at) : `${clock(at)} +${ago((Date.parse(at) - begun) / 1000)}`);
      },
    });
  } };
}
