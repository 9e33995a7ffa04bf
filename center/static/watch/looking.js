// An entry in, what there is to see of it out: its cameras, the last redacted picture of one, what its box has drawn there.

import { ask, askAll, inPath, Offline } from "../base/api.js";
import { isOurs, keyOf } from "../base/cameras.js";
import { hour, now } from "../base/time.js";
import { say } from "./words.js";
import { isDrawn, isOfCamera } from "./zones.js";

const LOOKED_AT = 10, TRIED = 3, MOST = 6, AWAY_S = 10, WITHIN_MS = 15_000;
const BECAUSE = { "/problems/zones-forbidden": "zonesForbidden", "/problems/zones-unreadable": "zonesOld" };

/** What a search is asked for an entry: the newest alerts of its rule, or of the first event of its pattern, at its place. */
export function queryOf(entry) {
  const rule = entry.rule ?? entry.then?.[0].rule ?? entry.together?.what[0].rule ?? entry.nothing?.rule;
  return [`place:${entry.place}`, rule && rule !== "camera-health" ? `rule:${rule}` : ""].filter(Boolean).join(" ");
}
/** Events of the picture's camera that say where they were, the newest first, each once; shares of the picture. Pure. */
export function spotsOf(events) {
  const shown = events.find((each) => each.picture), once = new Map();
  for (const each of events) if (each.box && each.camera === shown?.camera) once.set(`${each.happened_at} ${each.box}`, each);
  return { shown, spots: [...once.values()].slice(0, MOST).map((each) => ({ id: each.id, box: each.box, at: each.happened_at })) };
}
/** Cameras whose zones or lines the entry may be about. */
export async function camerasOf(entry) {
  if (!isDrawn(entry)) return [];
  const { cameras } = await askAll(`/api/cameras?limit=500&place=${inPath(entry.place)}`, "cameras", 2);
  return cameras.filter((each) => isOfCamera(entry, each)).map((each) => ({ ...each, key: keyOf(each) }));
}
/** The last picture of what it is about, of any camera or of one; of one that saw nothing of it, what it saw last. */
export async function pictureOf(entry, camera = null) {
  const query = camera ? `${queryOf(entry)} camera:${camera.camera}` : queryOf(entry);
  const { alerts } = await ask(`/api/search?limit=${LOOKED_AT}&q=${encodeURIComponent(query)}`);
  for (const alert of alerts.filter((each) => each.picture && !each.home).slice(0, TRIED)) {
    const found = spotsOf((await ask(`/api/alerts/${inPath(alert.id)}`)).events);
    if (!camera || found.shown?.camera === camera.camera) return { ...found, alert, path: `/api/alerts/${inPath(alert.id)}/picture?of=${alert.revision}` };
  }
  if (!camera?.box || !isOurs(camera)) return null;
  return { spots: [], still: true, path: `/api/cameras/${inPath(camera.camera)}/still?box=${inPath(camera.box)}` };
}
/** `{ drawing }`, or `{ why }` there is none; `passing` where it may be told a little later. */
export async function zonesOf(camera) {
  const { box, state, told, age_s: age } = camera;
  if (!isOurs(camera)) return { why: say("zonesElsewhere") };
  if (!box) return { why: say("zonesUnheard") };
  if (age > AWAY_S || (state === "lost" && told?.state !== "lost")) return { why: say("zonesAway", box, hour(now() - age * 1000)), passing: true };
  try {
    const signal = AbortSignal.timeout(WITHIN_MS);
    return await ask(`/api/cameras/${inPath(camera.camera)}/zones?box=${inPath(box)}`, { signal });
  } catch (error) {
    if (error instanceof Offline) return { why: say("zonesSilent", box), passing: true };
    return { why: BECAUSE[error.type] ? say(BECAUSE[error.type], box) : error.detail || error.message };
  }
}
