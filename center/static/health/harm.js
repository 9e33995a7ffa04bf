// What is wrong, worst first, in; a card for each place that is hurt, with what it weakens, out.

import { attr, h, patch, set, show } from "../base/dom.js";
import { drawGlyph, glyph } from "../base/grade.js";
import { rule, thing } from "../base/terms.js";
import { ago } from "../base/time.js";
import { nameOf, pathOf, stateOf } from "../place/words.js";
import { say } from "./words.js";

export function harm() {
  const list = h("ol", { class: "harm" });
  return { node: list, draw(places) {
    patch(list, places, { key: (each) => each.place, make: card, update: drawCard });
  } };
}
function card(each) {
  return h("li", { class: "card" }, glyph(26),
    h("div", {}, h("h3", {}, h("a", { href: `/places/${encodeURIComponent(each.place)}` })), h("p", { class: "how" })),
    h("ul", { class: "faulty", "aria-label": say("faulty") }),
    h("div", { class: "weak" }, h("b"), h("ul")));
}
function drawCard(node, each) {
  const [mark, head, faulty, weak] = node.children, all = each.live + each.faulty.length;
  drawGlyph(mark, each.gravest, !each.blind);
  node.classList.toggle("blind", each.blind);
  set(head.firstChild.firstChild, each.place_name);
  set(head.lastChild, each.blind ? say("blind") : say("partly", each.faulty.length, all));
  patch(faulty, each.faulty, {
    key: (camera) => `${camera.box}/${camera.camera}`, make: () => h("li", {}, h("a"), h("span")),
    update: (item, camera) => {
      set(item.firstChild, nameOf(camera));
      attr(item.firstChild, "href", pathOf(camera));
      set(item.lastChild, [stateOf(camera), camera.told?.trouble, camera.age_s > 10 && say("stale", ago(camera.age_s))].filter(Boolean).join(" · "));
    },
  });
  set(weak.firstChild, each.weakens.length ? say("weakens") : say("none"));
  show(weak.lastChild, each.weakens.length);
  drawEntries(weak.lastChild, each.weakens);
}
/** Entries of the watch list, each with its grade and a link to itself. */
export function drawEntries(list, entries) {
  patch(list, entries, {
    key: (entry) => entry.entry, make: () => h("li", {}, glyph(16), h("a")),
    update: (item, entry) => {
      drawGlyph(item.firstChild, entry.grade, false);
      set(item.lastChild, [rule(entry.rule), entry.class && thing(entry.class), entry.place].filter(Boolean).join(" · "));
      attr(item.lastChild, "href", `/watch/${entry.entry}`);
    },
  });
}
