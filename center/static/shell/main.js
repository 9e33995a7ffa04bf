// A path in, its view between the two bars out; links within the console change the view, not the page.

import { begin, link, watch } from "../base/alerts.js";
import { ask } from "../base/api.js";
import { h } from "../base/dom.js";
import { bind } from "../base/keys.js";
import { kept } from "../base/kept.js";
import { beginSound } from "../base/sound.js";
import { toast } from "../base/toast.js";
import { speak } from "../base/words.js";
import { footBar } from "./foot.js";
import { showKeys } from "./keydialog.js";
import { me } from "../session/me.js";
import { may, notTheirs } from "./role.js";
import { routed } from "./routes.js";
import { setTheme, topBar } from "./top.js";
import { say } from "./words.js";

const root = document.getElementById("view");
let view = null, top = null, foot = null, following = false, turn = 0;

/** Go to a path of the console. */
export function go(path, { replace = false } = {}) {
  if (replace) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  return open();
}
async function open() {
  const mine = ++turn, route = routed(location.pathname);
  const module = route && (await route.load().catch(() => null));
  const who = module && !module.bare ? await me() : null;
  if (mine !== turn) return;
  view?.close?.();
  view = null;
  if (module?.style) await styled(module.style);
  frame(Boolean(module?.bare), may(who, "desk"));
  root.replaceChildren();
  root.className = "";
  top?.mark(route?.tab);
  foot?.hints([]);
  if (!module) { root.append(nothing(route)); return; }
  if (!may(who, route.tab)) { root.append(notTheirs(who, route.tab)); return; }
  view = module.open(root, { ...route.facts, hints: (nodes) => foot?.hints(nodes) });
  document.title = [view?.title, "Tocsin"].filter(Boolean).join(" · ");
}
/** The bars around a view, and the stream behind it, for who may read alerts; a view that is `bare` has neither. */
function frame(bare, follows) {
  document.body.classList.toggle("bare", bare);
  if (bare) { unframe(); return; }
  if (!following && follows) { following = true; begin(); beginSound(); }
  if (top) return;
  top = topBar(speakTo);
  foot = footBar();
  root.before(top.bar);
  root.after(foot.bar);
}
function unframe() {
  for (const part of [top, foot]) { part?.close(); part?.bar.remove(); }
  top = foot = null;
}
/** The other language: everything is built again, once. */
export function speakTo(lang) {
  speak(lang);
  kept.set("lang", lang);
  unframe();
  return open();
}
function nothing(route) {
  const again = h("button", { class: "btn", text: say("retry"), on: { click: () => location.reload() } });
  return h("div", { class: "empty" }, h("b", { text: say(route ? "broken" : "noPage") }), route ? again : h("a", { href: "/desk", text: say("toDesk") }));
}
/** What the address says once, and the browser remembers from then on. */
function once(name) {
  const url = new URL(location.href), said = url.searchParams.get(name);
  if (!said) return null;
  kept.set(name, said);
  url.searchParams.delete(name);
  history.replaceState(null, "", url);
  return said;
}
const styles = new Set();
function styled(path) {
  if (styles.has(path)) return null;
  styles.add(path);
  const sheet = h("link", { rel: "stylesheet", href: path });
  const ready = new Promise((done) => { sheet.onload = sheet.onerror = done; });
  document.head.append(sheet);
  return ready;
}
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='/']");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || link.target || link.hasAttribute("download")) return;
  if (!routed(new URL(link.href).pathname)) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});
addEventListener("popstate", open);
/** The centre does not know us, or no longer: sign in, and come back to where one was. */
addEventListener("signed-out", () => {
  if (/^\/(sign-in$|p\/)/.test(location.pathname)) return;
  location.replace(`/sign-in?${new URLSearchParams({ to: location.pathname + location.search, ...(link.ever && { ended: "yes" }) })}`);
});
watch((what) => { if (what === "link" && link.ever && !link.up) ask("/api/session").catch(() => {}); });
bind({ search: () => { if (routed("/search")) go("/search"); }, help: () => showKeys(open) });
watch((what) => { if (what === "again") toast(say("again")); });
setTheme(once("theme") || kept.get("theme", "dark"));
speak(once("lang") || kept.get("lang", navigator.language?.startsWith("zh") ? "zh" : "en"));
open();
