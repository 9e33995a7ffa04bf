// The centre's patrols in, their names by their ids out; asked for again when one is not known.

import { ask } from "./api.js";

const names = new Map(), asked = new Set();
/** All patrols, the nearest to a place first; their names are kept. */
export async function askPatrols(near = null) {
  const { patrols } = await ask(`/api/patrols${near ? `?near=${encodeURIComponent(near)}` : ""}`);
  for (const each of patrols) names.set(each.id, each.name);
  return patrols;
}
/** As it is called; its id until that is known. */
export function patrolName(id) {
  if (!names.has(id) && !asked.has(id)) { asked.add(id); askPatrols().catch(() => asked.delete(id)); }
  return names.get(id) ?? id;
}
/** As it is called, for what is said only once: whoever does not know it yet asks first. */
export async function named(id) {
  if (!names.has(id)) await askPatrols().catch(() => {});
  return names.get(id) ?? id;
}
