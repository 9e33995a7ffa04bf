// Changes in, all open and shelved alerts out: as the centre has them, with what we did not hear back of yet.

import { ask, inPath } from "./api.js";
import { follow } from "./feed.js";
import { now, setClock } from "./time.js";

export const OPEN = new Set(["new", "acknowledged", "dispatched", "on_site"]);
const KEPT_DETAILS = 50, KEPT_OVER = 1000;
const told = new Map(), assumed = new Map(), details = new Map(), over = new Map(), watchers = new Set();
/** How the centre does and whether we hear it; `since` and `dataAt` are Unix ms of our own clock. */
export const link = { up: false, ever: false, since: null, dataAt: null, attempt: 0 };
export let status = null;

/** Call back on `change`, `arrived`, `status`, `link`, `again`; returns how to stop. */
export function watch(act) { watchers.add(act); return () => watchers.delete(act); }
const tell = (what, facts) => watchers.forEach((act) => act(what, facts));

const whole = (alert) => (assumed.has(alert.id) ? { ...alert, ...assumed.get(alert.id) } : alert);
/** An alert by its id; one that is over only while its details are kept. */
export const alert = (id) => (told.has(id) ? whole(told.get(id)) : details.get(id)?.alert ?? null);
export function all() { return [...told.values()].map(whole); }
export const open = () => all().filter((each) => OPEN.has(each.state));
export const shelved = () => all().filter((each) => each.state === "shelved");
/** By grade; what nobody took on before the rest, then the oldest. */
export const byUrgency = (a, b) =>
  a.grade - b.grade || (b.state === "new") - (a.state === "new") || (a.opened_at < b.opened_at ? -1 : a.opened_at > b.opened_at ? 1 : a.id < b.id ? -1 : 1);
export const urgent = () => open().filter((each) => each.state === "new").sort(byUrgency)[0] || null;

/** One that is over goes; its revision is kept, so that older news of it does not bring it back. */
function leave({ id, revision }) {
  told.delete(id);
  over.delete(id);
  over.set(id, revision);
  if (over.size > KEPT_OVER) over.delete(over.keys().next().value);
}
/** Take in how the centre says an alert is; what is older than what we know is left. */
export function take(found) {
  const old = told.get(found.id);
  if ((old?.revision ?? over.get(found.id) ?? details.get(found.id)?.alert.revision ?? -1) > found.revision) return;
  if (OPEN.has(found.state) || found.state === "shelved") told.set(found.id, found);
  else leave(found);
  const known = details.get(found.id);
  if (known && known.alert.revision < found.revision) {
    known.alert = found;
    load(found.id);
  }
  const rose = found.state === "new" && (!old || old.state !== "new" || found.grade < old.grade);
  if (rose) tell("arrived", found);
  tell("change", found);
}
/** Take in what a step was answered with, which may be as it was long ago: what is not here has ended since. */
export function answered(found) { if (alert(found.id) || over.has(found.id)) take(found); }
/** Show an alert as it will be, until the centre said so or refused. */
export function assume(id, fields) {
  if (fields) assumed.set(id, { ...assumed.get(id), ...fields });
  else assumed.delete(id);
  tell("change", told.get(id));
}
export const isAssumed = (id) => assumed.has(id);

/** Events, log and tasks of an alert, if they came; `load` fetches them. */
export const detail = (id) => details.get(id) || null;
const loading = new Map();
export async function load(id) {
  if (loading.has(id)) { loading.set(id, true); return; }
  loading.set(id, false);
  try {
    const body = await ask(`/api/alerts/${inPath(id)}`);
    details.delete(id);
    details.set(id, body);
    if (details.size > KEPT_DETAILS) details.delete(details.keys().next().value);
    tell("change", body.alert);
  } catch { /* the link says when we are cut off; the next change loads again */ }
  const more = loading.get(id);
  loading.delete(id);
  if (more) load(id);
}

/** Take in the status of each second. */
export function hear(found) {
  status = found;
  setClock(found.time);
  link.dataAt = Date.now();
  tell("status", found);
}
function connected({ up, attempt }) {
  if (link.up && !up) link.since = link.dataAt ?? Date.now();
  Object.assign(link, { up, attempt, ever: link.ever || up });
  tell("link", link);
}
function replace(alerts, again) {
  told.clear();
  over.clear();
  for (const each of alerts) told.set(each.id, each);
  tell(again ? "again" : "first", alerts);
  tell("change", null);
}
/** Begin to follow the centre; once per page. */
export function begin() {
  follow({ onSnapshot: replace, onAlert: take, onStatus: hear, onLink: connected });
}
export const waitingFor = (found) => (found.acknowledge_by ? (Date.parse(found.acknowledge_by) - now()) / 1000 : null);
