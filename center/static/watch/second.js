// A text that waits for a second person in, a notice out: how it differs, to publish it, to withdraw it, to go on with it.

import { ask } from "../base/api.js";
import { dialog } from "../base/dialog.js";
import { h, set, show } from "../base/dom.js";
import { hour } from "../base/time.js";
import { toast } from "../base/toast.js";
import { me } from "../session/me.js";
import { changes } from "./changes.js";
import { named } from "./history.js";
import { say } from "./words.js";

/** `state()` gives what is in force, `again()` takes it anew, `edit(text)` puts a text into the editor, `failed(error)` says why not. */
export class Second {
  constructor({ state, again, edit, failed }) {
    Object.assign(this, { state, again, edit, failed, waiting: null });
    this.text = h("p"), this.why = h("p", { class: "hint" });
    const button = (id, word, act) => h("button", { class: "btn", id, text: say(word), on: { click: act } });
    this.put = button("second-publish", "secondLook", () => this.publish());
    this.node = h("section", { class: "notice second", hidden: true, "aria-label": say("secondTitle") }, this.text, this.why,
      h("div", { class: "asks" }, this.put, button("second-edit", "secondEdit", () => this.edit(this.waiting.text)), button("second-withdraw", "withdraw", () => this.withdraw())));
  }
  async draw(waiting) {
    this.waiting = waiting;
    show(this.node, waiting);
    if (!waiting) return;
    set(this.text, say("waits", named(waiting.seat), waiting.entries.join(", "), hour(waiting.at)));
    const who = await me(), mine = who?.name === waiting.by, old = waiting.base !== this.state().version;
    set(this.why, mine ? say("secondMine") : old ? say("secondOld") : "");
    show(this.why, mine || old);
    show(this.put, !mine && !old);
  }
  async publish() {
    const { waiting } = this, now = this.state();
    const sure = await dialog({ title: say("secondSure", named(waiting.seat)), ok: say("publish"), wide: true, fields: [changes(now.text, waiting.text)], read: () => true });
    if (sure) await this.does(`/api/watch-list/waiting/${waiting.id}/publish`, { method: "POST", seen: now.version }, (made) => say("published", made.id));
  }
  withdraw() { return this.does(`/api/watch-list/waiting/${this.waiting.id}`, { method: "DELETE" }, () => say("withdrawn")); }
  async does(path, asked, said) {
    try { toast(said(await ask(path, asked))); } catch (error) { this.failed(error); return; }
    await this.again();
  }
}
