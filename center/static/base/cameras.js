// The centre's status and its list of cameras in, every camera out: once for each box that tells of it.

import { status } from "./alerts.js";
import { askAll } from "./api.js";

const named = new Map();
let made = { of: null, all: [] };
/** A camera's own key: boxes may have cameras of one name. */
export const keyOf = ({ key, box, place, camera }) => key ?? `${box || ""}/${place}/${camera}`;
const spot = ({ place, camera }) => keyOf({ place, camera });

/** Ask for the names; how cameras do comes with each second's status. */
export async function askCameras() {
  const { cameras } = await askAll("/api/cameras?limit=500", "cameras");
  named.clear();
  for (const each of cameras) named.set(keyOf(each), { ...each, key: keyOf(each) });
  made.of = null;
}
/** Whose box speaks to this centre; live views of the others are for the centre that it speaks to. Pure. */
export const isOurs = ({ box }) => !box?.includes("/");
/** All of ours; put together once for each status. */
export function cameras() {
  if (made.of === (status ?? named)) return made.all;
  const told = (status?.cameras || []).map((each) => { const key = keyOf(each); return { ...(named.get(key) || named.get(spot(each))), ...each, key }; });
  const heard = new Set(told.flatMap((each) => [each.key, spot(each)]));
  made = { of: status ?? named, all: [...told, ...[...named.values()].filter((each) => !heard.has(each.key))].filter(isOurs) };
  return made.all;
}
/** Whether an alert is of a camera; where several have its name, of that at the alert's place. Pure. */
export const isOf = (alert, camera, all) =>
  alert.cameras.includes(camera.camera) && (alert.place === camera.place || !all.some((each) => each !== camera && each.camera === camera.camera && each.place === alert.place));
/** Cameras of an alert, those near it, and those of its place; each once. Pure. */
export function around(alert, all) {
  const called = (id) => { const alike = all.filter((each) => each.camera === id), here = alike.filter((each) => each.place === alert.place); return here.length ? here : alike; };
  const found = [...[...alert.cameras, ...alert.nearest].flatMap(called), ...all.filter((each) => each.place === alert.place)];
  return [...new Map(found.map((each) => [keyOf(each), each])).values()];
}
