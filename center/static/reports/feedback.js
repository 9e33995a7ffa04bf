// What closed alerts were in, how often each rule was right at each camera out: those to tune come first.

import { h, patch, set, show } from "../base/dom.js";
import { rule, term } from "../base/terms.js";
import { say } from "./words.js";

const percent = (share) => (share === null ? "–" : `${Math.round(share * 100)}%`);

export function feedback() {
  const body = h("tbody"), none = h("p", { class: "hint", text: say("noFeedback") });
  const table = h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, ["rule", "camera", "place", "real", "notReal", "precision", "weeks", "why"].map((name) => h("th", { scope: "col", text: say(name) })))), body));
  return { node: h("div", {}, none, table), draw({ rules }) {
    show(none, !rules.length);
    show(table, rules.length);
    patch(body, rules, {
      key: (each) => `${each.rule}/${each.camera}/${each.place}`, make: () => h("tr", {}, Array.from({ length: 8 }, () => h("td"))),
      update: (row, { rule: name, camera, place, judged, weeks }) => {
        const causes = Object.entries(judged.causes).map(([cause, n]) => `${term(cause)} ${n}`).join(", ");
        [rule(name), camera, place, judged.real, judged.not_real, percent(judged.precision), weeks.map((week) => percent(week.judged.precision)).join(" → "), causes].forEach((text, index) => set(row.children[index], String(text)));
      },
    });
  } };
}
