// The selected alert, all cameras and alerts in, which cameras the wall shows out, with what is known of each. Pure.

/** Cameras of the alert first, then those near it, of its place, and the others by distance; each once. */
export function chosen(alert, cameras, many) {
  const known = new Set(cameras.map((each) => each.camera)), here = cameras.filter((each) => each.place === alert?.place);
  const from = here.find((each) => each.at)?.at, far = ({ at }) => (from && at ? (at[0] - from[0]) ** 2 + (at[1] - from[1]) ** 2 : Infinity);
  const wanted = alert ? [...alert.cameras, ...alert.nearest, ...here.map((each) => each.camera)] : [];
  const others = [...cameras].sort((a, b) => far(a) - far(b) || 0).map((each) => each.camera);
  return [...new Set([...wanted.filter((id) => known.has(id)), ...others])].slice(0, many);
}
/** The newest redacted picture that is surely of a camera: `{ path, at }`, or null. */
export function pictureOf(camera, alerts, detailOf) {
  let best = null;
  for (const alert of alerts) {
    if (!alert.picture || !alert.cameras.includes(camera)) continue;
    const events = detailOf(alert.id)?.events, seen = events?.find((each) => each.picture);
    if (seen ? seen.camera !== camera : alert.cameras.length > 1) continue;
    const at = seen?.happened_at || alert.captured_at;
    if (!best || at > best.at) best = { path: `/api/alerts/${encodeURIComponent(alert.id)}/picture?of=${alert.revision}`, at };
  }
  return best;
}
/** All that a tile is to know of a camera. */
export function shotOf(camera, { cameras, alerts, detailOf, selected }) {
  const told = cameras.find((each) => each.camera === camera), here = alerts.filter((each) => each.cameras.includes(camera)).sort((a, b) => a.grade - b.grade);
  const picture = pictureOf(camera, alerts, detailOf), cover = here.find((each) => each.rule === "camera-blind");
  return {
    camera, box: told?.box || null, name: told?.name || camera, place: told?.place_name || told?.place || "", state: told?.state || "unheard", path: picture?.path || null, at: picture?.at || null,
    since: cover?.first_at || null, alert: here[0]?.id || null, grade: here[0]?.grade || null, fresh: here[0]?.state === "new", chosen: Boolean(selected?.cameras.includes(camera)),
  };
}
