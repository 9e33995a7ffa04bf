// A place's id in, its name out; asked for again when one is not known.

import { askAll } from "./api.js";

const names = new Map(), asked = new Set();
/** As it is called; its id until that is known. */
export function placeName(id) {
  if (!names.has(id) && !asked.has(id)) { asked.add(id); load().catch(() => asked.delete(id)); }
  return names.get(id) ?? id;
}
async function load() {
  for (const { place } of (await askAll("/api/places?limit=500", "places")).places) names.set(place.id, place.name);
}
