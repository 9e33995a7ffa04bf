// An alert's log in, its lines out: what was done, by whom, when; a patrol's tasks above it.

import { act } from "../base/actions.js";
import { detail } from "../base/alerts.js";
import { attr, h, patch, set, show } from "../base/dom.js";
import { placeName } from "../base/places.js";
import { patrolName } from "../base/patrols.js";
import { CAUSES, grade, term, title } from "../base/terms.js";
import { ago, clock, hour, secondsSince, span } from "../base/time.js";
import { who } from "../base/who.js";
import { language } from "../base/words.js";
import { said, say } from "./words.js";

const LATE_S = 10;
const TOLD = { ...Object.fromEntries(["real", "not_real", "no_trace", "on_way", ...CAUSES].map((name) => [name, () => term(name)])), arrived: () => term("on_site"), outcome: () => say("found") };
/** One entry as a sentence. */
export function sentence(entry) {
  const { what, by, data, reason } = entry, zh = language() === "zh";
  const facts = [
    what === "closed" && data.outcome && [term(data.outcome), data.cause && term(data.cause)].filter(Boolean).join(zh ? "，" : ", "),
    what === "dispatched" && data.patrol && patrolName(data.patrol),
    what === "shelved" && data.shelved_until && hour(data.shelved_until),
    what === "escalated" && data.risen_to && placeName(data.risen_to),
    what === "undone" ? reason && said(reason) : why(entry),
    what === "rose" && data.grade && `${data.grade} ${grade(data.grade)}`,
  ].filter(Boolean).join(" · ");
  const did = `${who(by)}${zh ? "" : " "}${said(what).replace(/ (of|into|for)$/, "")}`;
  return facts ? `${did}${zh ? "：" : ": "}${facts}` : did;
}
/** What the centre itself gives as a reason, and what a patrol told in the words of its page; else as it was written. */
function why({ reason, what, by }) {
  if (by === "centre" && reason === "not acknowledged") return say("notAcked");
  if (!by.startsWith("patrol:")) return reason;
  const parts = reason?.split(" · ").filter((part) => !/^\d{4}-\d\d-\d\dT/.test(part)) ?? [];
  return parts.filter((part) => what === "told" || !TOLD[part]).map((part) => TOLD[part]?.() ?? part).join(" · ");
}
export function log() {
  const list = h("dl", { class: "log" }), node = h("section", { "aria-label": say("log") }, list);
  return { node, draw(alert) {
    const entries = detail(alert.id)?.log || [];
    const late = (Date.parse(alert.opened_at) - Date.parse(alert.first_at)) / 1000, opened = `${said("opened", firstGrade(alert, entries))}${language() === "zh" ? "：" : ": "}${title(alert)}`;
    const first = { id: "opened", at: alert.opened_at, text: alert.form === "single" && late > LATE_S ? `${opened} · ${say("late", span(late))}` : opened };
    const lines = [first, ...entries.map((entry) => ({ id: entry.id, at: entry.at, text: sentence(entry) }))];
    const cells = lines.flatMap((line) => [["dt", line.id, clock(line.at)], ["dd", line.id, line.text]]);
    patch(list, cells, { key: ([tag, id]) => `${alert.id}${tag}${id}`, make: ([tag]) => h(tag), update: (cell, [, , text]) => set(cell, text) });
  } };
}
const firstGrade = (alert, entries) => entries.map((entry) => entry.was?.grade).find(Boolean) ?? alert.grade;

/** Patrols that were sent: where they are with it, their page, and what the radio said. */
export function tasks() {
  const list = h("ul", { class: "tasks" });
  return { node: list, draw(alert) {
    const sent = (detail(alert.id)?.tasks || []).filter(({ task }) => task.state !== "recalled");
    show(list, sent.length);
    patch(list, sent, {
      key: ({ task }) => task.id,
      make: () => h("li", {}, h("b"), h("span"), h("a", { class: "btn quiet", target: "_blank", text: say("patrolLink") }),
        h("button", { class: "btn", text: say("onSite"), on: { click: () => act(alert.id, "arrive") } })),
      update: (item, { task, link }) => {
        const at = task.done_at || task.arrived_at || task.on_way_at || task.offered_at;
        set(item.children[0], task.patrol_name);
        set(item.children[1], `${say(`task_${task.state}`)} ${ago(secondsSince(at))}`);
        attr(item.children[2], "href", link);
        show(item.children[3], alert.state === "dispatched");
      },
    });
  } };
}
