// The API in, callbacks out: first all open alerts, then every change; it says when it is cut off.

import { askAll } from "./api.js";
import { Following } from "./following.js";

const SILENT_MS = 5000, AGAIN_MS = 2000;
export const SNAPSHOT = "/api/alerts?state=open&state=shelved&limit=500";

/** Whoever keeps the stream: the worker that all tabs share, or this tab where there is none. */
function line(hear) {
  if ("SharedWorker" in globalThis) {
    const worker = new SharedWorker("/static/base/stream.js", { type: "module", name: "tocsin-stream" });
    worker.port.onmessage = ({ data }) => hear(data);
    return { from: (revision) => worker.port.postMessage({ from: revision }), gone: () => worker.port.postMessage({ gone: true }) };
  }
  const following = new Following(hear);
  return { from: (revision) => following.from(revision), gone: () => following.end() };
}

/** `onLink({ up, since, attempt })` on each change; `onSnapshot(alerts, again)`, `onAlert`, `onStatus`. */
export function follow({ onSnapshot, onAlert, onStatus, onLink }) {
  let waiting = [], heard = performance.now(), up = false, before = false;
  const link = (is, attempt = 0) => { if (is !== up || attempt) { up = is; onLink({ up, attempt }); } };
  const kept = line(hear);
  function hear(told) {
    if (told.kind === "anew") { start(); return; }
    if (told.kind === "link") { link(false, told.attempt); return; }
    if (told.kind === "joined") return;
    heard = performance.now();
    if (waiting) waiting.push(told);
    else take(told);
  }
  function take({ kind, data }) {
    link(true);
    if (kind === "alert") onAlert(JSON.parse(data));
    else onStatus(JSON.parse(data));
  }
  async function start() {
    waiting ??= [];
    try {
      const { alerts, revision } = await askAll(SNAPSHOT, "alerts");
      onSnapshot(alerts, before);
      before = true;
      kept.from(revision);
      const missed = waiting;
      waiting = null;
      missed.forEach(take);
    } catch {
      link(false, 1);
      setTimeout(start, AGAIN_MS);
    }
  }
  setInterval(() => { if (!waiting && performance.now() - heard > SILENT_MS) link(false); }, 500);
  // A page that is left keeps no stream: browsers allow six connections, and may keep pages alive.
  addEventListener("pagehide", () => kept.gone());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  start();
}
