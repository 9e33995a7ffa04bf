// An alert in, the buttons at the foot of its pane out, each with its key.

import { attr, h, set, show } from "../base/dom.js";
import { codeOf, keyName, keysOn } from "../base/keys.js";
import { acknowledge, call, close, dispatch, escalate, note, shelve } from "./doing.js";
import { say } from "./words.js";

const DOES = {
  acknowledge, dispatch, escalate, call, shelve, note, close: (alert) => close(alert), notReal: (alert) => close(alert, "not_real"),
};
/** All that can be done, as keys name it: `does.acknowledge(alert)`. */
export const does = DOES;
const OPEN = ["new", "acknowledged", "dispatched", "on_site"];
const FROM = { acknowledge: ["new"], dispatch: OPEN, escalate: OPEN, close: [...OPEN, "shelved"], notReal: [...OPEN, "shelved"], shelve: ["new", "acknowledged", "shelved"], note: null, call: null };

/** Whether an alert's state allows something. */
export const may = (name, alert) => (FROM[name] ? FROM[name].includes(alert.state) : true) && !(name === "shelve" && alert.grade === 1);

export function acts(get) {
  const button = (name, kind = "") => h("button", { class: `btn ${kind}`, "data-act": name, on: { click: () => run(name, get()) } }, h("span"), h("kbd"));
  const all = [button("acknowledge", "pri"), button("close"), button("dispatch"), button("escalate"), button("notReal"), button("call", "quiet"), button("shelve", "quiet"), button("note", "quiet")];
  const node = h("div", { class: "acts", role: "group", "aria-label": say("acts") }, all);
  return { node, draw(alert) {
    const fresh = alert.state === "new", over = !OPEN.includes(alert.state) && alert.state !== "shelved";
    for (const each of all) {
      const name = each.dataset.act;
      each.disabled = !may(name, alert);
      set(each.firstChild, word(name, alert));
      set(each.lastChild, keyName(codeOf(name)));
      show(each.lastChild, keysOn());
      attr(each, "aria-keyshortcuts", keysOn() ? keyName(codeOf(name)) : null);
    }
    show(all[0], fresh);
    all[1].classList.toggle("pri", !fresh && !over);
    node.classList.toggle("fresh", fresh);
  } };
}
function word(name, alert) {
  if (name === "shelve" && alert.state === "shelved") return say("unshelve");
  if (name === "close" && alert.state !== "new") return say("closeAlert");
  return say(name);
}
/** Do it if the alert's state allows it. */
export function run(name, alert) { if (alert && may(name, alert)) DOES[name](alert); }
