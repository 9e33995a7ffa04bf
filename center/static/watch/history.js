// What was in force before in, a list of it out: how each differs, and one press to put it back.

import { ask, askAll } from "../base/api.js";
import { dialog } from "../base/dialog.js";
import { h, patch, set, show } from "../base/dom.js";
import { who } from "../base/who.js";
import { clock, day } from "../base/time.js";
import { changes } from "./changes.js";
import { say } from "./words.js";

export const named = (by) => (by === "file" ? say("file") : who(by));

export class History {
  /** `state()` gives what is in force; `revert(id)` puts another back. */
  constructor(state, revert) {
    Object.assign(this, { state, revert });
    this.undo = h("button", { class: "btn", text: say("undo"), on: { click: () => this.back(this.versions[1]) } });
    this.body = h("tbody"), this.shown = h("div", { class: "shown" });
    this.node = h("div", { class: "past" }, h("div", { class: "asks" }, this.undo), h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, ["version", "at", "by"].map((name) => h("th", { scope: "col", text: say(name) })), h("th"))), this.body)), this.shown);
    this.versions = [];
  }
  async load() {
    this.versions = (await askAll("/api/watch-list/history?limit=100", "versions", 3)).versions;
    show(this.undo, this.versions.length > 1);
    patch(this.body, this.versions, {
      key: (version) => version.id,
      make: (version) => h("tr", {}, h("td"), h("td"), h("td"), h("td", {}, h("button", { class: "btn", text: say("show"), on: { click: () => this.show(version) } }), " ", h("button", { class: "btn", text: say("back"), on: { click: () => this.back(version) } }))),
      update: (row, version) => {
        const now = version.id === this.state().version;
        [now ? `${version.id} · ${say("now")}` : String(version.id), `${day(version.at)} ${clock(version.at)}`, version.second ? say("bySecond", named(version.by), named(version.second)) : named(version.by)].forEach((text, index) => set(row.children[index], text));
        for (const button of row.lastChild.querySelectorAll("button")) show(button, !now);
      },
    });
  }
  async show(version) {
    const found = await ask(`/api/watch-list/history/${version.id}`);
    this.shown.replaceChildren(h("h3", { text: `${say("version")} ${version.id} → ${this.state().version}` }), changes(found.text, this.state().text));
  }
  async back(version) {
    const found = await ask(`/api/watch-list/history/${version.id}`);
    const sure = await dialog({ title: say("backSure", version.id), ok: say("back"), wide: true, fields: [changes(this.state().text, found.text)], read: () => true });
    if (sure) await this.revert(version.id);
  }
}
