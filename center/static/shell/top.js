// How the centre does in, the bar above every view out: views, rate, line, sound, theme, language, clock.

import { link, status, watch } from "../base/alerts.js";
import { attr, h, icon, set, show, svg } from "../base/dom.js";
import { LIMIT, isFlood, rateOf } from "../base/flood.js";
import { kept } from "../base/kept.js";
import { onSound, silentFor, soundState } from "../base/sound.js";
import { ago, clock, everySecond, now, zone } from "../base/time.js";
import { language } from "../base/words.js";
import { may } from "./role.js";
import { TABS, served } from "./routes.js";
import { me } from "../session/me.js";
import { mine } from "../session/mine.js";
import { startShift } from "./shift.js";
import { say } from "./words.js";

const HIGH = 26, WIDE = 70;

/** Build the bar; returns how to mark a tab, and how to take the bar away. */
export function topBar(speakTo) {
  const parts = {
    scope: h("div", { class: "scope" }),
    nav: h("nav", { class: "tabs", "aria-label": say("views") }, TABS.filter(served).map((tab) => h("a", { href: `/${tab}`, text: say(tab), "data-tab": tab }))),
    bars: svg("svg", { width: WIDE, height: HIGH, role: "img" }),
    rate: h("b", { text: "0" }), words: h("span", { text: ` ${say("in10")}` }),
    conn: h("div", { class: "conn", id: "conn", role: "status" }, h("i"), h("span", { id: "conn-text" })),
    sound: h("button", { class: "icb sound", id: "sound", on: { click: startShift } }),
    clock: h("time", { id: "clock" }), zone: h("small"),
  };
  const bar = h("header", { class: "top" },
    h("a", { class: "mark", href: "/desk" }, icon("bell", 22), "Tocsin"), parts.scope, parts.nav, h("div", { class: "sp" }),
    h("div", { class: "rate" }, parts.bars, h("span", {}, parts.rate, parts.words)), parts.conn, parts.sound,
    h("button", { class: "icb", id: "theme", "aria-label": say("theme"), title: say("theme"), on: { click: turnTheme } }, icon("sun")),
    languages(speakTo), mine(), h("div", { class: "clock" }, parts.clock, parts.zone));
  const drawn = () => { drawClock(parts); drawLink(parts); };
  const stops = [
    everySecond(drawn), onSound(() => drawSound(parts)),
    watch((what) => { if (what === "status") drawStatus(parts); if (what === "link") drawLink(parts); }),
  ];
  const ofAlerts = [parts.bars.parentNode, parts.conn, parts.sound];
  me().then((who) => {
    for (const tab of parts.nav.children) show(tab, may(who, tab.dataset.tab) && !(who?.via === "open" && tab.dataset.tab === "users"));
    for (const each of ofAlerts) show(each, may(who, "desk"));
  });
  drawn();
  drawSound(parts);
  drawStatus(parts);
  return { bar, mark: (tab) => markTab(parts, tab), close: () => stops.forEach((stop) => stop()) };
}
function languages(speakTo) {
  const button = (lang, text) => h("button", { text, lang, "data-lang": lang, "aria-pressed": String(lang === language()), on: { click: () => speakTo(lang) } });
  return h("div", { class: "seg", role: "group", "aria-label": say("language") }, button("zh", "中"), button("en", "EN"));
}
function markTab(parts, tab) {
  for (const each of parts.nav.children) attr(each, "aria-current", each.dataset.tab === tab ? "page" : null);
}
export function setTheme(name) {
  document.documentElement.dataset.theme = name;
  kept.set("theme", name);
}
const turnTheme = () => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");

function drawClock({ clock: time, zone: where }) {
  set(time, clock(new Date(now())));
  set(where, zone());
}
function drawLink({ conn }) {
  const lost = !link.up && link.ever;
  document.body.classList.toggle("off", lost);
  set(conn.lastChild, link.up ? say("live") : lost ? say("lostFor", ago((Date.now() - link.since) / 1000)) : say("connecting"));
}
function drawStatus({ scope, bars, rate, words }) {
  if (!status) return;
  const many = rateOf(status);
  document.body.classList.toggle("flood", isFlood());
  set(scope, status.centre);
  attr(scope, "title", status.centre);
  set(rate, String(many));
  attr(words, "title", say("rate", many, LIMIT));
  drawBars(bars, status.minutes, say("rate", many, LIMIT));
}
function drawBars(bars, minutes, label) {
  const most = Math.max(4, ...minutes), tall = (n) => (n / most) * (HIGH - 7) + 1;
  attr(bars, "aria-label", label);
  if (!bars.firstChild) {
    bars.append(...minutes.map((_, i) => svg("rect", { x: i * 7, width: 5, class: i === minutes.length - 1 ? "now" : "" })));
    bars.append(svg("path", { d: `M0 1.5H${WIDE}` }));
  }
  minutes.forEach((n, i) => { attr(bars.children[i], "y", HIGH - tall(n)); attr(bars.children[i], "height", tall(n)); });
}
function drawSound({ sound }) {
  const state = soundState(), words = { on: say("soundOn"), off: say("soundOff"), silent: say("soundSilent", ago(silentFor())), blocked: say("soundBlocked") }[state];
  if (sound.dataset.state !== state) {
    sound.dataset.state = state;
    sound.replaceChildren(icon(state === "on" ? "sound" : "muted"), h("span"));
  }
  attr(sound, "aria-label", words);
  attr(sound, "title", words);
  show(sound.lastChild, state === "blocked" || state === "silent");
  set(sound.lastChild, state === "blocked" ? say("soundBlockedShort") : words);
}
