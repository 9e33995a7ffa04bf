// Alerts that were found in, a table of them out; each leads to its page.

import { attr, h, patch, set } from "../base/dom.js";
import { drawGlyph, glyph } from "../base/grade.js";
import { term, title } from "../base/terms.js";
import { clock, day } from "../base/time.js";
import { say } from "./words.js";

const COLUMNS = ["opened", "what", "where", "how", "from_", "number"];

/** What became of an alert: its outcome and cause once it is closed, else its state. */
export const fate = (alert) => [term(alert.state), alert.outcome && term(alert.outcome), alert.cause && term(alert.cause)].filter(Boolean).join(" · ");

export function list() {
  const body = h("tbody"), head = h("tr", {}, h("th", { scope: "col" }, h("span", { class: "sr", text: say("grade") })), COLUMNS.map((name) => h("th", { scope: "col", text: say(name) })));
  const node = h("div", { class: "scroll" }, h("table", { class: "found", "aria-label": say("found") }, h("thead", {}, head), body));
  return { node, draw(alerts) {
    patch(body, alerts, {
      key: (alert) => alert.id,
      make: (alert) => h("tr", {}, h("td", {}, glyph(20)), h("td"), h("td", {}, h("a", { href: `/alerts/${alert.id}` })), h("td"), h("td"), h("td"), h("td")),
      update: (row, alert) => {
        drawGlyph(row.firstChild.firstChild, alert.grade, alert.state !== "new");
        const cells = [null, `${day(alert.first_at)} ${clock(alert.first_at)}`, null, alert.place_name, fate(alert), alert.cameras.join(", "), alert.id.slice(-6)];
        cells.forEach((text, index) => text !== null && set(row.children[index], text));
        set(row.children[2].firstChild, title(alert));
        attr(row, "class", alert.state === "new" ? "new" : null);
      },
    });
  }, move(step) {
    const links = [...body.querySelectorAll("a")], at = links.indexOf(document.activeElement);
    links[Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
  } };
}
