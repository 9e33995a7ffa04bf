// What a patrol did in, the same told to the centre out: in order, once there is a signal, with the time it was done.

import { ask, inPath, Offline, Problem } from "../base/api.js";
import { kept } from "../base/kept.js";
import { now } from "../base/time.js";

/** A phone's own list of what it has yet to tell about one task; a page that is opened again still has it. */
export class Saved {
  /** `told` hears the task after each; `refused` hears why one was left out. */
  constructor(token, { told, refused }) {
    Object.assign(this, { path: `/api/tasks/${inPath(token)}`, name: `patrol.${token.slice(0, 16)}`, told, refused, busy: false });
  }
  get actions() { return kept.get(this.name, []); }
  put(step, more = {}) {
    kept.set(this.name, [...this.actions, { step, ...more, done_at: new Date(now()).toISOString() }]);
  }
  /** Tell all that is saved; raises Offline while that does not work. */
  async send() {
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.actions.length) await this.sendFirst();
    } finally { this.busy = false; }
  }
  async sendFirst() {
    const [first] = this.actions;
    try {
      this.told(await ask(this.path, { body: first }));
    } catch (error) {
      if (error instanceof Offline || !(error instanceof Problem) || error.status >= 500 || error.status === 429) throw new Offline(error.message);
      this.refused(error);
    }
    kept.set(this.name, this.actions.slice(1));
  }
}
/** The task as it will be once all that is saved was told. */
export function foreseen(task, actions) {
  return actions.reduce((seen, { step, done_at: at, ...more }) => {
    if (step === "on_way") return { ...seen, state: seen.state === "offered" ? "on_way" : seen.state, on_way_at: seen.on_way_at || at };
    if (step === "arrived") return { ...seen, state: ["offered", "on_way"].includes(seen.state) ? "arrived" : seen.state, arrived_at: seen.arrived_at || at };
    if (step === "call") return { ...seen, called_at: at };
    if (step === "hold") return { ...seen, held_at: at };
    return seen.outcome ? seen : { ...seen, ...more, state: seen.state === "recalled" ? "recalled" : "done", done_at: at };
  }, task);
}
