// Which alert is looked at, by its id: kept in the address, shared with the screens that follow the desk.

import { alert, load, open, urgent } from "../base/alerts.js";
import { kept, share, shared } from "../base/kept.js";

let chosen = null;
const hearers = new Set();

export const selected = () => chosen;
export const selectedAlert = () => (chosen ? alert(chosen) : null);
/** Call back when another alert is selected; returns how to stop. */
export function onSelect(act) { hearers.add(act); return () => hearers.delete(act); }

function set(id) {
  chosen = id;
  if (id) load(id);
  hearers.forEach((act) => act(id));
}
export function select(id) {
  if (id === chosen) return;
  set(id);
  share("selected", id);
  address({ alert: id });
}
/** Something must be selected while there is something: the most urgent, or else the first. */
export function selectSomething() {
  if (selectedAlert()) return;
  const first = urgent() || open()[0];
  if (first) select(first.id);
}
/** Begin at the alert of the address, or with nothing. */
export function beginSelection() {
  const asked = new URLSearchParams(location.search).get("alert");
  chosen = null;
  if (!asked) return;
  set(asked);
  share("selected", asked);
}
/** A second screen: what the desk selected, now and later; returns how to stop. */
export function followSelection() {
  set(kept.get("selected"));
  return shared("selected", set);
}
/** Put what is looked at into the address, so that it can be opened again; null takes it out. */
export function address(facts) {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(facts)) {
    if (value === null || value === "" || value === false) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  history.replaceState(null, "", url);
}
