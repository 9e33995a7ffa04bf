// The entries of a draft in, the list of them out, each a sentence with its sign.

import { attr, h, patch, set, show } from "../base/dom.js";
import { drawGlyph, glyph } from "../base/grade.js";
import { asked, when } from "./sentence.js";
import { say } from "./words.js";

/** `choose(number)` hears which; `places` maps ids to what the API says of them. */
export function rows(choose, add) {
  const many = h("h2"), list = h("ol", { class: "rows" }), more = h("button", { class: "btn", text: say("add"), on: { click: add } });
  const node = h("nav", { class: "entries", "aria-label": say("title") }, h("div", { class: "head" }, many, more), h("p", { class: "hint", text: say("first") }), list);
  return { node, draw(entries, chosen, places, frozen) {
    set(many, say("entries", entries.length));
    more.disabled = frozen;
    patch(list, entries.map((entry, number) => ({ ...entry, number })), {
      key: (each) => each.number,
      make: ({ number }) => h("li", {}, h("button", { "data-entry": number, on: { click: () => choose(number) } }, glyph(22), h("b"), h("span"), h("small"))),
      update: (item, { number, written }) => {
        const [mark, name, where, hours] = item.firstChild.children, place = places.get(written.place);
        const grade = written.rule === "help-point" ? 1 : written.grade || place?.grade;
        show(mark, grade);
        if (grade) drawGlyph(mark, grade, false);
        set(name, written.name || asked(written));
        set(where, place?.name || written.place);
        set(hours, when(written));
        attr(item.firstChild, "aria-current", number === chosen ? "true" : null);
      },
    });
  } };
}
