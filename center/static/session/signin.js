// A name and a password in, a session out, and the page that somebody wanted: limits are said, not scolded.

import { ask, Problem } from "../base/api.js";
import { h, icon, set, show } from "../base/dom.js";
import { ago, everySecond } from "../base/time.js";
import { language } from "../base/words.js";
import { speakTo } from "../shell/main.js";
import { routed } from "../shell/routes.js";
import { setTheme } from "../shell/top.js";
import { say } from "./words.js";

export const style = "/static/session/session.css";
export const bare = true;

/** A path of this console that may be gone to afterwards; else the desk, or what is theirs who may not see alerts. */
export function wanted(search, may) {
  const said = new URLSearchParams(search).get("to") || "", url = new URL(said, location.origin), reads = may.includes("alerts.read");
  const ours = said.startsWith("/") && url.origin === location.origin && routed(url.pathname) && url.pathname !== "/sign-in";
  if (ours && (reads || url.pathname !== "/desk")) return url.pathname + url.search;
  return reads ? "/desk" : may.includes("users.manage") ? "/users" : "/health";
}
export function open(root) {
  const page = new SignIn(root);
  page.begin();
  return { title: say("title"), close: () => page.stop() };
}

class SignIn {
  constructor(root) {
    this.until = 0;
    this.name = h("input", { type: "text", name: "username", autocomplete: "username", autocapitalize: "none", spellcheck: "false", maxlength: 60, required: true });
    this.password = h("input", { type: "password", name: "password", autocomplete: "current-password", maxlength: 1024, required: true, on: { keyup: (event) => show(this.caps, event.getModifierState?.("CapsLock")) } });
    const seen = h("input", { type: "checkbox", on: { change: () => { this.password.type = seen.checked ? "text" : "password"; } } });
    this.caps = h("small", { text: say("caps"), hidden: true });
    this.said = h("p", { class: "wrong", role: "alert" });
    this.button = h("button", { class: "btn pri", text: say("ok") });
    this.other = h("a", { class: "btn", hidden: true });
    this.form = h("form", { on: { submit: (event) => { event.preventDefault(); this.send(); } } },
      h("label", { class: "field" }, h("span", { text: say("name") }), this.name),
      h("label", { class: "field" }, h("span", { text: say("password") }), this.password, this.caps),
      h("label", { class: "check" }, seen, h("span", { text: say("show") })), this.said, this.button, h("p", { class: "hint", text: say("help") }));
    this.free = h("p", { class: "free", hidden: true }, say("open"), " ", h("a", { href: "/desk", text: say("toDesk") }));
    const ended = h("p", { class: "notice", text: say("ended"), hidden: !new URLSearchParams(location.search).has("ended") });
    const turn = () => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    root.append(h("div", { class: "signin" }, h("header", {}, icon("bell", 26), h("b", { text: "Tocsin" }), h("span", { class: "sp" }),
      h("button", { class: "btn quiet", id: "other-language", text: language() === "zh" ? "English" : "中文", on: { click: () => speakTo(language() === "zh" ? "en" : "zh") } }),
      h("button", { class: "icb", "aria-label": say("theme"), on: { click: turn } }, icon("sun"))), h("h1", { text: say("title") }), ended, this.form, this.other, this.free));
  }
  async begin() {
    this.stop = everySecond(() => this.count());
    this.name.focus();
    try {
      const { sign_in: must, provider, provider_url: url } = await ask("/api/session/ways");
      show(this.form, must);
      show(this.free, !must);
      show(this.other, url);
      if (url) { this.other.href = url; set(this.other, say("with", provider)); }
    } catch { set(this.said, say("offline")); }
  }
  async send() {
    this.button.disabled = true;
    set(this.button, say("working"));
    set(this.said, "");
    try {
      const { permissions } = await ask("/api/session", { body: { name: this.name.value.trim(), password: this.password.value } });
      location.replace(wanted(location.search, permissions));
      return;
    } catch (error) { this.refused(error); }
    set(this.button, say("ok"));
    this.button.disabled = this.left() > 0;
  }
  refused(error) {
    this.password.value = "";
    this.password.focus();
    if (error instanceof Problem && error.status === 429) { this.until = Date.now() + (error.wait_s || 1) * 1000; this.count(); }
    else set(this.said, error instanceof Problem ? (error.status === 401 ? say("wrong") : error.message) : say("offline"));
  }
  left() { return (this.until - Date.now()) / 1000; }
  /** How long it is until the next try. */
  count() {
    if (!this.until) return;
    const over = this.left() <= 0;
    set(this.said, over ? "" : say("wait", ago(Math.ceil(this.left()))));
    this.button.disabled = !over;
    if (over) this.until = 0;
  }
}
