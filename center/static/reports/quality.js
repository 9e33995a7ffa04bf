// How well alarms serve in, its figures out, beside what one seat can work on.

import { h, patch, set, show } from "../base/dom.js";
import { drawn } from "../base/grade.js";
import { rule } from "../base/terms.js";
import { ago, span } from "../base/time.js";
import { say } from "./words.js";

const percent = (share) => (share === null || share === undefined ? "–" : `${Math.round(share * 100)}%`);

export function quality() {
  const figures = h("dl", { class: "figures" }), split = h("ul", { class: "lines" }), sources = h("ul", { class: "lines" }), chattering = h("ul", { class: "lines" }), stale = h("ul", { class: "lines" }), times = timeTable();
  const part = (word, list) => h("section", {}, h("h3", { text: say(word) }), list);
  const node = h("div", { class: "qualities" }, figures, h("div", { class: "parts" }, part("split", split), part("sources", sources), part("chattering", chattering), part("stale", stale)), times.node);
  return { node, draw(found) {
    const told = [["perSeat", `${found.per_seat_day.toFixed(1)}`, say("ofLimit", found.manageable)], ["perTen", found.per_seat_10min.toFixed(2), ""], ["most", String(found.most_10min), ""], ["floods", String(found.floods), ""], ["floodMin", found.flood_min.toFixed(0), ""]];
    patch(figures, told, { key: ([name]) => name, make: ([name]) => h("div", {}, h("dd"), h("dt", { text: say(name) }), h("small")), update: (each, [, figure, more]) => { set(each.firstChild, figure); set(each.lastChild, more); show(each.lastChild, more); } });
    patch(split, found.split, { key: (each) => each.name, make: (each) => h("li", {}, h("span", {}, each.grades.map((n) => drawn(n, 16))), h("b")), update: (item, each) => set(item.lastChild, `${each.alerts} · ${percent(each.share)} (${percent(each.usual)})`) });
    lines(sources, found.sources, (each) => [`${rule(each.rule)} · ${each.camera} · ${each.place_name}`, String(each.alerts)]);
    lines(chattering, found.chattering, (each) => [`${rule(each.rule)} · ${each.camera} · ${each.place}`, say("times_", each.times)]);
    times.draw(found.times);
    lines(stale, found.stale, (each) => [`${rule(each.rule)} · ${each.place_name}`, ago(each.open_s)], (each) => `/alerts/${each.alert}`);
  } };
}
/** How long alerts waited to be taken on and to be reached, by grade, against what was asked. */
export function timeTable() {
  const body = h("tbody"), heads = ["grade", "step", "due", "inTime", "median", "p90"], node = h("section", {}, h("h3", { text: say("times") }), h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col", text: say(name) })))), body)));
  return { node, draw(all) {
    const rows = all.flatMap((each) => ["acknowledge", "arrive"].map((step) => ({ grade: each.grade, step, waits: each[step] }))).filter(({ waits }) => waits.alerts || waits.done);
    show(node, rows.length);
    patch(body, rows, {
      key: ({ grade, step }) => `${grade}${step}`, make: ({ grade }) => h("tr", {}, h("td", {}, drawn(grade, 16)), heads.slice(1).map(() => h("td"))),
      update: (row, { step, waits }) => {
        const took = (s) => (s === null ? "–" : span(s)), cells = [say(step), String(waits.alerts), `${waits.in_time} (${percent(waits.share)})`, took(waits.median_s), took(waits.p90_s)];
        cells.forEach((text, index) => set(row.children[index + 1], text));
      },
    });
  } };
}
/** Lines of a text and a figure; "none" where there are none. */
export function lines(list, all, said, to = () => null) {
  const rows = all.length ? all.map((each, index) => ({ index, words: said(each), href: to(each) })) : [{ index: "none", words: [say("nothing"), ""], href: null }];
  patch(list, rows, {
    key: ({ index }) => index, make: ({ href }) => h("li", {}, h(href ? "a" : "span"), h("b")),
    update: (item, { words: [text, figure], href }) => { set(item.firstChild, text); if (href) item.firstChild.href = href; set(item.lastChild, figure); },
  });
}
