// The watch list in, its editor out: a list of sentences, a form or the text for them, a dry run, the history.

import { ask, askAll, Offline } from "../base/api.js";
import { dialog } from "../base/dialog.js";
import { attr, h, set, show } from "../base/dom.js";
import { kept } from "../base/kept.js";
import { hour } from "../base/time.js";
import { toast } from "../base/toast.js";
import { added, block, indentOf, removed, replaced } from "./block.js";
import { changes } from "./changes.js";
import { counts, diff } from "./diff.js";
import { DryRun } from "./dryrun.js";
import { Form } from "./form.js";
import { History, named } from "./history.js";
import { rows } from "./rows.js";
import { Second } from "./second.js";
import { Seen } from "./seen.js";
import { TextEditor } from "./text.js";
import { say } from "./words.js";

export const style = "/static/watch/watch.css";
const OCCUPIED = "/problems/waits-already";
const PAUSE_MS = 300, TABS = ["form", "text", "dry", "past"];

/** Open the editor, at an entry by its number from 0, or at its dry run. */
export function open(root, { id, dry }) {
  const page = new WatchPage(root, id === undefined ? null : Number(id), dry ? "dry" : "form");
  page.begin();
  return { title: say("title"), close: () => page.close() };
}

class WatchPage {
  constructor(root, chosen, tab) {
    Object.assign(this, { chosen, tab, base: null, text: "", wrong: null, entries: [], places: new Map(), turn: 0, checking: false, closed: false });
    this.rows = rows((number) => this.choose(number), () => this.add());
    this.form = new Form((entry) => this.amend(entry), () => this.remove());
    this.editor = new TextEditor((text) => this.edit(text));
    this.dry = new DryRun(() => this.text);
    this.past = new History(() => this.base, (id) => this.revert(id));
    this.second = new Second({ state: () => this.base, again: () => this.begin(), edit: (text) => { this.edit(text); this.check(); }, failed: (error) => this.failed(error) });
    this.hint = h("p", { class: "empty" });
    this.seen = new Seen();
    this.panels = { form: h("div", { class: "entrypanel" }, this.hint, this.seen.node, this.form.node), text: this.editor.node, dry: this.dry.node, past: this.past.node };
    this.tabs = TABS.map((name) => h("button", { role: "tab", id: `tab-${name}`, "data-tab": name, text: say(name), on: { click: () => this.turnTo(name) } }));
    for (const name of TABS) { attr(this.panels[name], "role", "tabpanel"); attr(this.panels[name], "aria-labelledby", `tab-${name}`); }
    [this.state, this.news, this.fault] = [h("span"), h("b", { id: "draft" }), h("button", { class: "fault", on: { click: () => this.toFault() } })];
    this.publish = h("button", { class: "btn pri", id: "publish", text: say("publish"), on: { click: () => this.put() } });
    this.discard = h("button", { class: "btn", text: say("discard"), on: { click: () => this.begin(true) } });
    this.trouble = h("p", { class: "notice", role: "alert" });
    const tablist = h("div", { class: "tabs2", role: "tablist", "aria-label": say("tabs"), on: { keydown: (event) => this.walk(event) } }, this.tabs);
    root.append(h("div", { class: "watch" }, h("h1", { class: "sr", text: say("title") }), this.rows.node,
      h("div", { class: "work" }, this.trouble, this.second.node, tablist, h("div", { class: "panels" }, Object.values(this.panels)),
        h("div", { class: "putting" }, h("div", { class: "says", role: "status" }, this.news, this.state, this.fault), this.discard, this.publish))));
    for (const part of [this.form, this.seen]) show(part.node, false);
    this.turnTo(tab);
  }
  close() { this.closed = true; clearTimeout(this.timer); }
  /** Take what is in force; a draft of before goes on, unless it is to be forgotten. */
  async begin(forget = false) {
    try {
      const [found, { places }] = await Promise.all([ask("/api/watch-list"), askAll("/api/places?limit=500", "places", 4)]);
      if (this.closed) return;
      places.forEach(({ place }) => this.places.set(place.id, place));
      this.base = { version: found.state.version, by: found.state.by, at: found.state.at, text: found.text };
      const mine = forget ? null : kept.get("draft");
      this.base.seen = mine?.seen ?? this.base.version;
      this.text = mine?.text ?? found.text;
      if (forget) kept.set("draft", null);
      this.entries = (await ask("/api/watch-list/check", { body: { text: found.text } })).entries;
      this.say(found.state.refused ? say("fileRefused", found.state.refused) : "");
      await this.second.draw(found.waiting);
      await this.check();
    } catch (error) { this.failed(error); }
  }
  /** A new text: shown at once, kept in this browser, read by the centre after a pause. */
  edit(text) {
    this.text = text;
    const same = text === this.base?.text && this.base.seen === this.base.version;
    kept.set("draft", same ? null : { text, seen: this.base.seen });
    this.checking = true;
    this.draw();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), PAUSE_MS);
  }
  async check() {
    const mine = ++this.turn, text = this.text;
    try {
      const read = await ask("/api/watch-list/check", { body: { text } });
      if (mine !== this.turn || text !== this.text || this.closed) return;
      this.wrong = read.wrong;
      if (!read.wrong) this.entries = read.entries;
      this.checking = false;
    } catch (error) { this.failed(error); }
    this.draw();
  }
  failed(error) {
    this.say(error instanceof Offline ? say("offline") : error.status === 403 ? say("denied") : error.detail || error.message);
  }
  say(text) { set(this.trouble, text); show(this.trouble, text); }

  choose(number) {
    this.chosen = number;
    history.replaceState(null, "", number === null ? "/watch" : `/watch/${number}`);
    if (this.tab !== "text") this.turnTo("form");
    else if (!this.wrong && this.entries[number]) this.editor.show(this.entries[number].first);
    this.draw();
  }
  amend(written) {
    const where = this.entries[this.chosen];
    if (!where || this.wrong || this.checking) return;
    this.entries[this.chosen] = { ...where, written };
    this.edit(replaced(this.text, where, block(written, indentOf(this.text, where))));
    this.check();
  }
  add() {
    const place = this.places.keys().next().value;
    if (!place) return;
    this.chosen = this.entries.length;
    this.turnTo("form");
    this.edit(added(this.text, this.entries, { place, rule: "intrusion", class: "person", steps: [say("steps").split(/[，,]/)[0]] }));
    this.check();
  }
  remove() {
    const where = this.entries[this.chosen];
    if (!where) return;
    this.chosen = null;
    history.replaceState(null, "", "/watch");
    this.edit(removed(this.text, where));
    this.check();
  }

  turnTo(name) {
    this.tab = name;
    for (const tab of this.tabs) { const on = tab.dataset.tab === name; attr(tab, "aria-selected", String(on)); attr(tab, "tabindex", on ? 0 : -1); }
    for (const [key, panel] of Object.entries(this.panels)) show(panel, key === name);
    if (name === "past" && this.base) this.past.load().catch((error) => this.failed(error));
    this.draw();
  }
  walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = this.tabs[(TABS.indexOf(this.tab) + step + TABS.length) % TABS.length];
    event.preventDefault();
    this.turnTo(next.dataset.tab);
    next.focus();
  }
  toFault() { this.turnTo("text"); if (this.wrong?.line) this.editor.show(this.wrong.line); }

  async put() {
    const sure = await dialog({ title: say("sure"), ok: say("publish"), wide: true, fields: [changes(this.base.text, this.text), h("p", { class: "hint", text: say("sureNote") })], read: () => true });
    if (!sure) return;
    try {
      const made = await ask("/api/watch-list", { method: "PUT", body: { text: this.text }, seen: this.base.seen });
      this.told(made);
      await this.begin(true);
    } catch (error) {
      if (error.type === OCCUPIED) { this.say(error.detail); await this.second.draw((await ask("/api/watch-list")).waiting); }
      else if (error.status === 409) await this.stale(error);
      else if (error.status === 422) { await this.check(); this.say(say("refused", error.detail)); }
      else this.failed(error);
    }
  }
  /** In force, or waiting for a second person. */
  told(made) { toast(say(made.base === undefined ? "published" : "nowWaits", made.id)); }
  /** Another seat was first: show the difference; nobody's work is lost. */
  async stale(error) {
    const found = await ask("/api/watch-list");
    const on = await dialog({ title: say("stale", error.detail), ok: say("goOn"), wide: true, fields: [h("p", { text: say("staleHelp") }), changes(found.text, this.text)], read: () => true });
    if (!on) { this.say(say("stale", error.detail)); return; }
    this.base = { version: found.state.version, seen: found.state.version, by: found.state.by, at: found.state.at, text: found.text };
    this.say("");
    this.edit(this.text);
  }
  async revert(version) {
    try {
      const made = await ask("/api/watch-list/revert", { body: { version }, seen: this.base.version });
      if (made.base === undefined) toast(say("reverted", version));
      else this.told(made);
      await this.begin(true);
      if (this.tab === "past") await this.past.load();
    } catch (error) {
      this.say(say(error.status === 409 ? "stale" : "refused", error.detail || error.message));
    }
  }
  draw() {
    if (!this.base) { show(this.trouble, this.trouble.textContent); return; }
    const { text, base, wrong, checking } = this, { out, in: put } = counts(diff(base.text, text)), same = !out && !put;
    const entry = this.chosen !== null && this.entries[this.chosen];
    this.rows.draw(this.entries, this.chosen, this.places, Boolean(wrong) || checking);
    show(this.form.node, entry && !wrong);
    show(this.seen.node, entry && !wrong);
    if (entry && !wrong && this.tab === "form") this.seen.show(entry.written);
    show(this.hint, !entry || wrong);
    set(this.hint, say(wrong ? "mend" : "pick"));
    if (entry && !wrong) this.form.draw(entry.written, this.places);
    this.editor.draw(text, checking ? null : wrong);
    set(this.state, say("inForce", base.version, named(base.by), hour(base.at)));
    set(this.news, same ? say("same") : say("changes", put, out));
    set(this.fault, checking ? say("checking") : wrong ? (wrong.line ? say("wrongAt", wrong.line, wrong.said) : wrong.said) : say("right"));
    this.fault.classList.toggle("odd", Boolean(wrong) && !checking);
    this.fault.disabled = !wrong;
    this.publish.disabled = same || Boolean(wrong) || checking;
    this.discard.disabled = same;
    this.dry.button.disabled = Boolean(wrong);
  }
}
