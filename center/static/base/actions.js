// What an operator does in, the same at the centre once out: in order, also after a time without a line.

import { answered, assume, alert as known, link, take, watch } from "./alerts.js";
import { ask, inPath, Offline, Problem } from "./api.js";
import { kept } from "./kept.js";
import { mySeat } from "./seat.js";

const AGAIN_MS = 2000;
let queue = kept.get("queue", []), sending = false;
const hearers = new Set();
/** Call back with `done`, `refused` or `saved` and what it was; returns how to stop. */
export function onAction(act) { hearers.add(act); return () => hearers.delete(act); }
const tell = (what, action, facts) => hearers.forEach((act) => act(what, action, facts));

const ASSUMED = {
  acknowledge: () => ({ state: "acknowledged", seat: mySeat(), acknowledge_by: null }),
  close: (body) => ({ state: "closed", outcome: body.outcome }),
  shelve: (body) => ({ state: "shelved", shelved_until: new Date(Date.now() + body.for_s * 1000).toISOString() }),
  unshelve: () => ({ state: "new", shelved_until: null }),
  arrive: () => ({ state: "on_site", acknowledge_by: null }),
  step: (body, alert) => ({ ticked: body.done ? [...new Set([...alert.ticked, body.number])] : alert.ticked.filter((n) => n !== body.number) }),
};
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Take a step on an alert: it shows at once, and is sent when it can be. */
export function act(id, step, body = {}) {
  const alert = known(id), aside = step === "note" || step === "step" || step === "undo";
  const action = { key: newKey(), id, step, body, at: Date.now(), seen: aside ? null : alert?.revision ?? null };
  if (ASSUMED[step] && alert) assume(id, ASSUMED[step](body, alert));
  put([...stored(), action]);
  if (link.up) flush();
  else tell("saved", action);
  return action.key;
}
/** Take back a step that was not sent yet; false when it was. */
export function withdraw(key) {
  const action = stored().find((each) => each.key === key);
  if (!action || (sending && stored()[0].key === key)) return false;
  put(stored().filter((each) => each.key !== key));
  assume(action.id, null);
  return true;
}
export const saved = () => stored().length;
/** Ask for something that is not worth keeping when there is no line. */
export const atOnce = (id, step, body) => ask(`/api/alerts/${inPath(id)}/${step}`, { body, key: newKey() });

const stored = () => (queue = kept.get("queue", queue));
function put(actions) {
  queue = actions;
  kept.set("queue", actions);
}
async function flush() {
  if (sending) return;
  sending = true;
  while (stored().length && (await sent(stored()[0])));
  sending = false;
  if (stored().length && link.up) setTimeout(flush, AGAIN_MS);
}
async function sent(action) {
  let answer;
  try {
    answer = await ask(`/api/alerts/${inPath(action.id)}/${action.step}`, { body: action.body, key: action.key, seen: action.seen });
  } catch (error) {
    if (error instanceof Offline || !(error instanceof Problem)) return false;
    over(action);
    if (error.alert) take(error.alert);
    tell("refused", action, error);
    return true;
  }
  over(action);
  answered(answer.alert || answer);
  tell("done", action, answer);
  return true;
}
function over(action) {
  put(stored().filter((each) => each.key !== action.key));
  if (!queue.some((each) => each.id === action.id)) assume(action.id, null);
}
watch((what) => { if (what === "link" && link.up) flush(); });
