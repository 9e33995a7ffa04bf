// What an operator wants done about an alert in, the step asked for out, with what it must say first.

import { act, atOnce, onAction, withdraw } from "../base/actions.js";
import { alert as known, link, load, take } from "../base/alerts.js";
import { ask, inPath, Offline } from "../base/api.js";
import { choices, dialog } from "../base/dialog.js";
import { h, set } from "../base/dom.js";
import { codeOf, keyName } from "../base/keys.js";
import { askPatrols } from "../base/patrols.js";
import { CAUSES, OUTCOMES, term } from "../base/terms.js";
import { ago, secondsSince } from "../base/time.js";
import { toast } from "../base/toast.js";
import { who } from "../base/who.js";
import { said, say } from "./words.js";

const UNDO_MS = 10000;
const UNDOABLE = new Set(["acknowledge", "dispatch", "escalate", "close", "shelve", "unshelve", "arrive"]);
let last = null, undone = () => {};

function did(id, step, body) {
  const key = act(id, step, body);
  if (UNDOABLE.has(step)) offerUndo({ id, step, key });
}
function offerUndo(done) {
  last?.gone();
  last = { ...done, until: Date.now() + UNDO_MS };
  last.gone = toast(say(`did_${done.step}`), { lasts: UNDO_MS, action: { text: say("undo"), key: keyName(codeOf("undo")), act: undo } });
}
/** Take the last step back, within 10 s. */
export function undo() {
  if (!last || Date.now() > last.until) { toast(say("nothingToUndo")); return; }
  const { id, key, gone } = last;
  last = null;
  gone();
  if (!withdraw(key)) act(id, "undo");
  toast(say("takenBack"), { lasts: 4000 });
  undone(id);
}
export const acknowledge = (alert) => { if (alert.state === "new") did(alert.id, "acknowledge"); };
export const escalate = (alert) => did(alert.id, "escalate");
export const unshelve = (alert) => did(alert.id, "unshelve");

/** Choose a patrol, the nearest that is ready first; Enter sends it. Not kept without a line. */
export async function dispatch(alert) {
  if (!link.up) { toast(say("byRadio"), { warn: true }); return; }
  try {
    const patrol = await choosePatrol(await askPatrols(alert.place));
    if (!patrol) return;
    const answer = await atOnce(alert.id, "dispatch", { patrol });
    take(answer.alert);
    load(alert.id);
    offerUndo({ id: alert.id, step: "dispatch", key: null });
  } catch (error) {
    if (error instanceof Offline) toast(say("byRadio"), { warn: true });
    else refused(error);
  }
}
function choosePatrol(patrols) {
  const notes = Object.fromEntries(patrols.map((each) => [each.id, [say(`patrol_${each.state}`), far(each.distance_m)].filter(Boolean).join(" · ")]));
  const list = choices("patrol", patrols.map((each) => ({ value: each.id, text: each.name })), { chosen: patrols[0]?.id, note: (id) => notes[id] });
  const empty = h("p", { text: say("noPatrols") });
  return dialog({ title: say("whichPatrol"), ok: patrols.length ? say("send") : "", fields: patrols.length ? list.list : empty, read: list.value });
}
const far = (metres) => (metres === null || metres === undefined ? "" : metres < 950 ? `${Math.round(metres / 10) * 10} m` : `${(metres / 1000).toFixed(1)} km`);

/** Close with an outcome; one that was not real says why. */
export async function close(alert, outcome = null) {
  const what = choices("outcome", OUTCOMES.map((value) => ({ value, text: term(value) })), { chosen: "real" });
  const causes = choices("cause", CAUSES.map((value) => ({ value, text: term(value) })));
  const more = h("div", { class: "fields", hidden: true }, h("b", { text: say("whyNot") }), causes.list);
  const inputs = causes.list.querySelectorAll("input");
  const turn = () => { const not = what.value() === "not_real"; more.hidden = !not; inputs.forEach((input) => { input.disabled = !not; }); };
  what.list.addEventListener("change", turn);
  turn();
  const body = outcome ? await notReal(causes) : await dialog({
    title: say("outcome"), ok: say("close"), fields: [what.list, more],
    read: () => (what.value() === "not_real" ? { outcome: "not_real", cause: causes.value() } : { outcome: what.value() }),
  });
  if (body) did(alert.id, "close", body);
}
function notReal(causes) {
  causes.list.querySelectorAll("input").forEach((input) => { input.disabled = false; });
  return dialog({ title: say("whyNot"), ok: say("notReal"), fields: [causes.list, h("p", { class: "hint", text: say("whyNotHelp") })], read: () => ({ outcome: "not_real", cause: causes.value() }) });
}

const SHELVES_S = [900, 1800, 3600, 14400, 28800];
/** Put aside for a while and a reason; never an alert of grade 1. */
export async function shelve(alert) {
  if (alert.state === "shelved") { unshelve(alert); return; }
  if (alert.grade === 1) { toast(say("notGrade1"), { warn: true }); return; }
  const text = (s) => (s < 3600 ? say("minutes", s / 60) : say("hoursN", s / 3600));
  const list = choices("for", SHELVES_S.map((s) => ({ value: String(s), text: text(s) })), { chosen: "1800" });
  const why = h("input", { type: "text", maxlength: 500, required: true, autocomplete: "off" }), wrong = h("p", { class: "wrong", role: "alert" });
  const body = await dialog({
    title: say("shelveTitle"), ok: say("shelve"), fields: [list.list, h("label", { class: "field" }, h("span", { text: say("reason") }), why), wrong],
    read: () => {
      if (!why.value.trim()) { set(wrong, say("reasonNeeded")); why.focus(); return null; }
      return { for_s: Number(list.value()), reason: why.value.trim() };
    },
  });
  if (body) did(alert.id, "shelve", body);
}
export async function note(alert) {
  const text = h("textarea", { maxlength: 500, required: true, autofocus: true, "aria-label": say("noteTitle") });
  const body = await dialog({ title: say("noteTitle"), ok: say("addNote"), fields: text, read: () => (text.value.trim() ? { text: text.value.trim() } : null) });
  if (body) act(alert.id, "note", body);
}
/** Whom to call at the place or above it; the call is written into the log. */
export async function call(alert) {
  const contacts = await contactsOf(alert.place).catch(() => []);
  const list = choices("contact", contacts.map((each) => ({ value: each.id, text: each.name })), { chosen: contacts[0]?.id, note: (id) => contacts.find((each) => each.id === id)?.phone });
  const number = h("a", { class: "btn" });
  const shown = () => { const one = contacts.find((each) => each.id === list.value()); if (one?.phone) { number.href = `tel:${one.phone.replace(/[^+\d]/g, "")}`; set(number, one.phone); } number.hidden = !one?.phone; };
  list.list.addEventListener("change", shown);
  shown();
  const chosen = await dialog({ title: say("callTitle"), ok: contacts.length ? say("logCall") : "", fields: contacts.length ? [list.list, number] : h("p", { text: say("noContacts") }), read: list.value });
  const one = contacts.find((each) => each.id === chosen);
  if (one) act(alert.id, "note", { text: say("called", one.name) });
}
async function contactsOf(place) {
  const whole = await ask(`/api/places/${inPath(place)}`);
  const above = await Promise.all(whole.place.above.map((id) => ask(`/api/places/${inPath(id)}`)));
  return [whole, ...above].flatMap((each) => each.place.place.contacts || []);
}

const since = (at) => { const s = Math.max(0, secondsSince(at)); return s < 60 ? say("secs", Math.floor(s)) : ago(s); };
/** A refusal as a sentence: who was first, with what, how long ago. */
export function refused(error) {
  const { last: entry, detail, message } = error;
  const text = entry ? say("first", who(entry.by), said(entry.what), since(entry.at)) : say("refused", detail || message);
  toast(text, { warn: true });
}
/** Say what became of steps that were refused or saved; `back(id)` hears which alert had one taken back. */
export function beginDoing(back = () => {}) {
  undone = back;
  return onAction((what, action, facts) => {
    if (what === "refused") { if (last?.key === action.key) { last.gone(); last = null; } refused(facts); }
    if (what === "saved") toast(say("saved", say(`did_${action.step}`)), { lasts: 4000 });
    if (what === "done" && (action.step === "note" || action.step === "step") && known(action.id)) load(action.id);
  });
}
