// All users in, a table of them out: who may do what where, and how each of them is let in.

import { ask, askAll, inPath, Offline } from "../base/api.js";
import { dialog } from "../base/dialog.js";
import { attr, h, patch, set, show } from "../base/dom.js";
import { hour } from "../base/time.js";
import { toast } from "../base/toast.js";
import { roleName } from "../session/words.js";
import { person } from "./person.js";
import { say } from "./words.js";

export const style = "/static/users/users.css";
const COLUMNS = ["name", "seat", "roles", "places", "by", "sessions"];

/** Open the page. */
export function open(root) {
  const page = new UsersPage(root);
  page.load();
  return { title: say("title"), close: () => { page.closed = true; } };
}

class UsersPage {
  constructor(root) {
    Object.assign(this, { closed: false, places: [], users: [] });
    this.trouble = h("p", { class: "notice", role: "alert", hidden: true });
    this.body = h("tbody");
    this.none = h("p", { class: "empty", text: say("none"), hidden: true });
    this.add = h("button", { class: "btn pri", id: "add-user", disabled: true, text: say("add"), on: { click: () => this.edit(null) } });
    const head = h("thead", {}, h("tr", {}, COLUMNS.map((name) => h("th", { scope: "col", text: say(name) })), h("th")));
    root.append(h("article", { class: "users" },
      h("header", {}, h("h1", { text: say("title") }), this.add),
      h("p", { class: "hint", text: say("help") }), this.trouble, h("div", { class: "scroll", tabindex: 0, "aria-label": say("title") }, h("table", {}, head, this.body)), this.none));
  }
  async load() {
    await this.try(async () => {
      const { users, places } = await askAll("/api/users?limit=500", "users");
      Object.assign(this, { users, places });
      this.add.disabled = false;
      this.draw();
    });
  }
  async try(act) {
    try { await act(); this.say(""); } catch (error) { if (!this.closed) this.say(error instanceof Offline ? say("offline") : error.detail || error.message); }
  }
  say(text) { set(this.trouble, text); show(this.trouble, text); }
  draw() {
    show(this.none, !this.users.length);
    patch(this.body, this.users, { key: (user) => user.name, make: (user) => this.row(user), update: (row, user) => this.update(row, user) });
  }
  row({ name }) {
    const user = () => this.users.find((each) => each.name === name);
    const button = (does, act) => h("button", { class: "btn", "data-does": does, text: say(does), on: { click: () => act(user()) } });
    return h("tr", { "data-user": name }, COLUMNS.map(() => h("td")),
      h("td", {}, h("div", { class: "does" }, button("edit", (one) => this.edit(one)), button("link", (one) => this.link(one)), button("disable", (one) => this.disable(one)), button("enable", (one) => this.turn(one, "enable")))));
  }
  update(row, user) {
    const how = user.disabled ? say("disabled") : say(`by_${user.by}`), where = user.everywhere ? say("everywhere") : user.places.map((id) => this.places.find((each) => each.id === id)?.name || id).join(", ");
    [user.name, user.seat, user.roles.map(roleName).join(", "), where, how, String(user.sessions)].forEach((text, at) => set(row.children[at], text));
    attr(row, "class", user.disabled ? "out" : null);
    const may = { edit: user.origin === "local", link: user.origin === "local" && !user.disabled, disable: !user.disabled, enable: user.disabled };
    for (const button of row.querySelectorAll("button")) { show(button, may[button.dataset.does]); attr(button, "aria-label", `${say(button.dataset.does)}: ${user.name}`); }
  }
  take(user) {
    this.users = [...this.users.filter((each) => each.name !== user.name), user].sort((a, b) => (a.name < b.name ? -1 : 1));
    this.draw();
  }
  /** Make one, or change one; who is new is given a link at once. */
  async edit(user) {
    const wish = await person(user, this.places);
    if (!wish) return;
    const { name, ...body } = wish;
    await this.try(async () => {
      this.take(await ask(`/api/users/${inPath(name)}`, { method: "PUT", body }));
      toast(say("saved", name));
      if (!user) await this.give(name);
    });
  }
  async link(user) {
    const sure = await dialog({ title: say("linkSure", user.name), ok: say("give"), fields: h("p", { text: say("linkNote") }), read: () => true });
    if (sure) await this.try(() => this.give(user.name));
  }
  async give(name) {
    const path = `/api/users/${inPath(name)}`, given = await ask(`${path}/ticket`, { method: "POST" });
    this.take(await ask(path));
    const field = h("input", { type: "text", readonly: true, id: "link", "aria-label": say("linkFor", name) });
    field.value = `${location.origin}${given.path}`;
    const copy = h("button", { type: "button", class: "btn", text: say("copy"), on: { click: async () => { field.select(); await navigator.clipboard?.writeText(field.value).catch(() => {}); set(copy, say("copied")); } } });
    await dialog({ title: say("linkFor", name), ok: say("done"), fields: [h("p", { text: say("linkHelp", hour(given.ends_at)) }), field, copy], read: () => true });
  }
  async disable(user) {
    const sure = await dialog({ title: say("outSure", user.name), ok: say("disable"), fields: h("p", { text: say("outNote") }), read: () => true });
    if (sure) await this.turn(user, "disable");
  }
  turn(user, what) { return this.try(async () => this.take(await ask(`/api/users/${inPath(user.name)}/${what}`, { method: "POST" }))); }
}
