// The path of a redacted picture in, the picture out, or why there is none: starting, denied, none, failed.

import { attr, h } from "./dom.js";
import { mySeat } from "./seat.js";

/** An `<img>` that is filled from the API; `onState(state, detail)` hears what became of it. `captured` is when a still was seen. */
export class Picture {
  constructor(onState) {
    this.node = h("img", { alt: "", hidden: true, draggable: "false" });
    Object.assign(this, { onState, path: null, state: "none", shown: null, captured: null });
  }
  /** Show what is at a path; null shows nothing. What is shown stays until the next has come. */
  async draw(path, alt = "") {
    attr(this.node, "alt", alt);
    if (path === this.path) return;
    this.path = path;
    if (!path) { this.put(null); this.tell("none"); return; }
    if (!this.shown) this.tell("starting");
    let answer;
    try { answer = await fetch(path, { headers: { "Tocsin-Seat": mySeat() } }); } catch { if (path === this.path) this.fail("failed"); return; }
    if (path !== this.path) return;
    if (!answer.ok) { this.fail(answer.status === 403 || answer.status === 401 ? "denied" : answer.status === 404 ? "none" : "failed", await answer.json().catch(() => null)); return; }
    if (answer.status === 204) { this.fail("none"); return; }
    const data = await answer.blob();
    if (path !== this.path) return;
    this.captured = answer.headers.get("Tocsin-Captured");
    this.put(URL.createObjectURL(data));
    this.tell("picture");
  }
  fail(state, problem = null) {
    if (state === "failed") this.path = null; // asked again with the next draw
    this.put(null);
    this.tell(state, problem?.detail || "");
  }
  put(url) {
    if (this.shown) URL.revokeObjectURL(this.shown);
    this.shown = url;
    this.node.hidden = !url;
    if (url) this.node.src = url;
    else this.node.removeAttribute("src");
  }
  tell(state, detail = "") {
    this.state = state;
    this.onState?.(state, detail);
  }
}
