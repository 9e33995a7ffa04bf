// A revision in, the centre's stream out, for as long as somebody listens: it comes back by itself.

const SILENT_MS = 5000, DEAD_MS = 10000;

/** One EventSource that tells `{kind: alert|status|link|anew}`; a tab's own, or one for all tabs. */
export class Following {
  constructor(tell) {
    this.tell = tell;
    this.source = this.revision = null;
    this.heard = 0;
    this.attempt = 0;
    setInterval(() => this.watch(), 1000);
  }
  /** Follow from a revision, unless it does so already. */
  from(revision) {
    if (this.source) return;
    this.revision = revision;
    this.open();
  }
  open() {
    this.source?.close();
    this.heard = performance.now();
    this.source = new EventSource(`/api/stream?after=${this.revision}`);
    this.source.addEventListener("alert", (event) => this.alert(event));
    this.source.addEventListener("status", (event) => this.status(event));
  }
  alert(event) {
    this.revision = Number(event.lastEventId);
    this.beat();
    this.tell({ kind: "alert", data: event.data });
  }
  status(event) {
    const known = Number(/"revision":(\d+)/.exec(event.data)?.[1] ?? this.revision);
    if (known < this.revision) { this.end(); this.tell({ kind: "anew" }); return; } // another store: begin anew
    this.beat();
    this.tell({ kind: "status", data: event.data });
  }
  beat() {
    this.heard = performance.now();
    this.attempt = 0;
  }
  watch() {
    if (!this.source) return;
    const silent = performance.now() - this.heard;
    if (silent <= SILENT_MS) return;
    if (silent > DEAD_MS || this.source.readyState === EventSource.CLOSED) { this.attempt++; this.open(); }
    this.tell({ kind: "link", attempt: Math.max(1, this.attempt) });
  }
  end() {
    this.source?.close();
    this.source = this.revision = null;
  }
}
