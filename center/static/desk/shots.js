// The selected alert, all cameras and alerts in, which cameras the wall shows out, with what is known of each. Pure.

import { around, isOf, keyOf } from "../base/cameras.js";

/** Cameras of the alert first, then those near it, of its place, and the others by distance; each once. */
export function chosen(alert, cameras, many) {
  const from = cameras.find((each) => each.place === alert?.place && each.at)?.at, far = ({ at }) => (from && at ? (at[0] - from[0]) ** 2 + (at[1] - from[1]) ** 2 : Infinity);
  const others = [...cameras].sort((a, b) => far(a) - far(b) || 0);
  return [...new Set([...(alert ? around(alert, cameras) : []), ...others].map(keyOf))].slice(0, many);
}
/** The newest redacted picture that is surely of a camera: `{ path, at }`, or null. */
function pictureOf(camera, alerts, detailOf) {
  let best = null;
  for (const alert of alerts) {
    if (!alert.picture || alert.home) continue; // of another centre's, only who asks sees one
    const events = detailOf(alert.id)?.events, seen = events?.find((each) => each.picture);
    if (seen ? seen.camera !== camera.camera : alert.cameras.length > 1) continue;
    const at = seen?.happened_at || alert.captured_at;
    if (!best || at > best.at) best = { path: `/api/alerts/${encodeURIComponent(alert.id)}/picture?of=${alert.revision}`, at };
  }
  return best;
}
/** All that a tile is to know of a camera, found by its key. */
export function shotOf(key, { cameras, alerts, detailOf, selected }) {
  const told = cameras.find((each) => keyOf(each) === key), here = alerts.filter((each) => isOf(each, told, cameras)).sort((a, b) => a.grade - b.grade);
  const picture = pictureOf(told, here, detailOf), cover = here.find((each) => each.rule === "camera-blind");
  return {
    key, camera: told.camera, box: told.box || null, name: told.name || told.camera, place: told.place_name || told.place || "", state: told.state || "unheard", path: picture?.path || null, at: picture?.at || null,
    since: cover?.first_at || null, alert: here[0]?.id || null, grade: here[0]?.grade || null, fresh: here[0]?.state === "new", chosen: Boolean(selected && isOf(selected, told, cameras)),
  };
}
