// What closed alerts were in, how often each rule was right at each camera out: those to tune come first.

import { h, patch, set, show } from "../base/dom.js";
import { rule, term } from "../base/terms.js";
import { say } from "./words.js";

export function feedback() {
  const body = h("tbody"), none = h("p", { class: "hint", text: say("noFeedback") });
  const table = h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, ["rule", "camera", "place", "real", "notReal", "precision", "why"].map((name) => h("th", { scope: "col", text: say(name) })))), body));
  return { node: h("div", {}, none, table), draw({ rules }) {
    show(none, !rules.length);
    show(table, rules.length);
    patch(body, rules, {
      key: (each) => `${each.rule}/${each.camera}/${each.place}`, make: () => h("tr", {}, Array.from({ length: 7 }, () => h("td"))),
      update: (row, { rule: name, camera, place, judged }) => {
        const causes = Object.entries(judged.causes).map(([cause, n]) => `${term(cause)} ${n}`).join(", ");
        [rule(name), camera, place, judged.real, judged.not_real, judged.precision === null ? "–" : `${Math.round(judged.precision * 100)}%`, causes].forEach((text, index) => set(row.children[index], String(text)));
      },
    });
  } };
}
