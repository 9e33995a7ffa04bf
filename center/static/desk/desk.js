// The live desk: the queue, the place, the pictures and the selected alert, by keyboard or by mouse.

import * as alerts from "../base/alerts.js";
import { h, set } from "../base/dom.js";
import { bind, codeOf, keyName } from "../base/keys.js";
import { silence } from "../base/sound.js";
import { grade, title } from "../base/terms.js";
import { go } from "../shell/main.js";
import { run } from "../alert/acts.js";
import { beginDoing, undo } from "../alert/doing.js";
import { hearPatrols } from "./asks.js";
import { PlaceMap } from "./map.js";
import { Pane } from "./pane.js";
import { Queue } from "./queue.js";
import { beginSelection, select, selected, selectedAlert, selectSomething } from "./selection.js";
import { Wall } from "./wall.js";
import { say } from "./words.js";

export const style = "/static/desk/desk.css";

/** Open the desk in `root`; `hints` shows keys in the bar below. */
export function open(root, { hints }) {
  beginSelection();
  const queue = new Queue(), pane = new Pane(), map = new PlaceMap(), wall = new Wall(), heard = h("div", { class: "sr", id: "said", "aria-live": "assertive" });
  const desk = h("div", { class: "desk" }, queue.node, h("div", { class: "mid" }, map.node, wall.node), pane.node, heard);
  root.append(desk);
  if (alerts.link.ever) selectSomething();
  const act = (name) => () => run(name, selectedAlert());
  const stops = [
    ...[queue, pane, map, wall].map((part) => () => part.close()), beginDoing(select), hearPatrols(), alerts.watch((what, facts) => follow(what, facts, queue, heard)),
    bind({
      next: () => queue.move(1), previous: () => queue.move(-1), urgent: () => queue.mostUrgent(),
      grade1: () => queue.filterBy(1), grade2: () => queue.filterBy(2), grade3: () => queue.filterBy(3), grade4: () => queue.filterBy(4),
      acknowledge: act("acknowledge"), dispatch: act("dispatch"), escalate: act("escalate"), close: act("close"), notReal: act("notReal"),
      call: act("call"), shelve: act("shelve"), note: act("note"), undo, silence,
      open: () => { if (selected()) go(`/alerts/${selected()}`); },
      pin: () => wall.pin(), play: () => pane.clip.play(), stepBack: () => pane.clip.step(-1), stepOn: () => pane.clip.step(1),
    }),
  ];
  hints([hint(["next", "previous"], "move"), hint(["acknowledge"], "acknowledge"), hint(["grade1", "grade4"], "filter"), hint(["search"], "search"), h("span", {}, h("kbd", { text: "?" }), say("keys"))]);
  return { title: say("title"), close: () => stops.forEach((stop) => stop()) };
}
const hint = (names, word) => h("span", {}, names.map((name) => h("kbd", { text: keyName(codeOf(name)) })), say(word));

/** Whatever is told: grades 1 and 2 are said aloud, and something stays selected. */
function follow(what, facts, queue, heard) {
  if (what === "first" || what === "again") selectSomething();
  if (what === "arrived") {
    if (facts.grade <= 2) set(heard, `${grade(facts.grade)}: ${title(facts)}, ${facts.place_name}`);
  }
  if (!selected() && (what === "arrived" || what === "change")) selectSomething();
  if (what === "change" && facts && facts.id === selected()) moveOn(queue);
}
/** What left the queue by our own hand makes room for the next; what others closed stays to be read. */
function moveOn(queue) {
  const alert = selectedAlert(), gone = !alert || alert.joined_into || alerts.isAssumed(alert.id);
  if (alert && (alerts.OPEN.has(alert.state) || !gone)) return;
  select(alert?.joined_into || queue.after(selected()));
}
