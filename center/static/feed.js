// The API in, callbacks out: a snapshot, then the stream from there; it comes back by itself.

const SILENT_MS = 5000, DEAD_MS = 10000, PAGES = 10;

export async function call(path, options) {
  const answer = await fetch(path, { headers: { Accept: "application/json" }, ...options });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

async function snapshot() {
  let path = "/api/alerts?state=open&limit=200", alerts = [], revision = null;
  for (let page = 0; path && page < PAGES; page++) {
    const body = await call(path);
    alerts = alerts.concat(body.alerts);
    revision ??= body.revision;
    path = body.next && `/api/alerts?state=open&limit=200&cursor=${encodeURIComponent(body.next)}`;
  }
  return { alerts, revision };
}

export function follow({ onSnapshot, onAlert, onStatus, onLink }) {
  let source = null, revision = null, heard = 0, online = false;
  const link = (up) => { if (up !== online) { online = up; onLink(up); } };
  const beat = () => { heard = performance.now(); link(true); };
  function open() {
    source?.close();
    heard = performance.now();
    source = new EventSource(`/api/stream?after=${revision}`);
    source.addEventListener("alert", (event) => { revision = Number(event.lastEventId); beat(); onAlert(JSON.parse(event.data)); });
    source.addEventListener("status", (event) => {
      const status = JSON.parse(event.data);
      if (status.stats.revision < revision) { source.close(); source = null; start(); return; } // another store: begin anew
      beat();
      onStatus(status);
    });
    source.addEventListener("error", () => link(false));
  }
  async function start() {
    try {
      const first = await snapshot();
      revision = first.revision;
      onSnapshot(first.alerts);
      open();
    } catch { link(false); setTimeout(start, 2000); }
  }
  setInterval(() => {
    if (!source) return;
    const silent = performance.now() - heard;
    if (silent > SILENT_MS) link(false);
    if (silent > DEAD_MS) open();
  }, 1000);
  // A page that is left keeps no stream: browsers allow six connections, and may keep pages alive.
  addEventListener("pagehide", () => { source?.close(); source = null; });
  addEventListener("pageshow", (event) => { if (event.persisted) start(); });
  start();
}
