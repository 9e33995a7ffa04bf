// The live desk: what the centre tells in, one calm page out.

import { $, age, attr, clock, drawGlyph, el, glyph, patch, set, span, svg } from "./dom.js";
import { call, follow } from "./feed.js";
import { grade, hours, language, rule, speak, thing, title, w, why } from "./words.js";

const kept = {
  get(name, otherwise) { try { return localStorage.getItem(`tocsin.${name}`) ?? otherwise; } catch { return otherwise; } },
  set(name, value) { try { localStorage.setItem(`tocsin.${name}`, value); } catch { /* private window: not kept */ } },
};
const alerts = new Map(), details = new Map(), ticked = new Set(), pending = new Set();
let selected = new URLSearchParams(location.search).get("alert"), filter = 0, status = null;
let online = false, dataAt = null, lostAt = null, skewMs = 0, flooded = false, troubled = false;

const now = () => Date.now() + skewMs;
const ageOf = (alert) => (now() - Date.parse(alert.opened_at)) / 1000;
const OPEN = new Set(["new", "acknowledged", "dispatched", "on_site"]);
const isNew = (alert) => alert.state === "new" && !pending.has(alert.id);
const byUrgency = (a, b) => a.grade - b.grade || isNew(b) - isNew(a) || (a.opened_at < b.opened_at ? -1 : 1);
const shown = () => [...alerts.values()].filter((alert) => !filter || alert.grade === filter).sort(byUrgency);

// ---- the queue
function buildQueue() {
  for (const n of [1, 2, 3, 4]) {
    const chip = el("button", "chip"), mark = glyph(20);
    chip.append(mark, el("span"));
    chip.addEventListener("click", () => choose(n));
    $("chips").append(chip);
    const group = el("div", "group"), head = el("div", "gh"), rows = el("div");
    group.setAttribute("role", "group");
    head.append(el("span"), el("span"));
    rows.setAttribute("role", "presentation");
    group.append(head, rows);
    $("list").append(group);
  }
}
function makeRow(alert) {
  const row = el("div", "row");
  row.setAttribute("role", "option");
  row.dataset.id = alert.id;
  row.id = `row-${alert.id}`;
  row.append(glyph(22), el("span", "t"), el("span", "a"), el("span", "p"), el("span", "s"));
  row.addEventListener("click", () => select(alert.id));
  return row;
}
function updateRow(row, alert) {
  const [mark, what, old, where, state] = row.children, fresh = isNew(alert);
  attr(row, "class", `row r${alert.grade}${fresh ? " new" : ""}`);
  attr(row, "aria-selected", alert.id === selected);
  drawGlyph(mark, alert.grade, !fresh, grade(alert.grade));
  set(what, title(alert));
  set(old, age(ageOf(alert)));
  set(where, alert.place_name);
  const many = alert.events > 1 ? w("nEvents", alert.events) : "", said = [w(pending.has(alert.id) ? "acknowledged" : alert.state), many, life(alert)];
  set(state, said.filter(Boolean).join(" · "));
}
const SILENT_S = 360; // a box says every five minutes at least that something goes on
function life(alert) {
  if (!alert.ongoing) return alert.ended_at ? w("endedAt", clock(new Date(alert.ended_at))) : "";
  const silent = now() - Date.parse(alert.last_at) > SILENT_S * 1000;
  return silent ? w("silent", clock(new Date(alert.last_at))) : w("goesOn");
}
function drawQueue() {
  const list = $("list"), anchor = selected && $(`row-${selected}`), before = anchor?.getBoundingClientRect().top;
  const all = shown(), groups = list.children;
  for (const n of [1, 2, 3, 4]) {
    const group = groups[n - 1], mine = all.filter((alert) => alert.grade === n), fresh = mine.filter(isNew).length;
    group.hidden = !mine.length;
    attr(group, "aria-label", grade(n));
    set(group.firstChild.firstChild, grade(n));
    set(group.firstChild.lastChild, fresh ? w("toAck", fresh) : w("allAck"));
    patch(group.lastChild, mine, { key: (alert) => alert.id, make: makeRow, update: updateRow });
    const chip = $("chips").children[n - 1], many = [...alerts.values()].filter((alert) => alert.grade === n).length;
    attr(chip, "aria-pressed", filter === n);
    attr(chip, "aria-label", `${grade(n)} ${many}`);
    drawGlyph(chip.firstChild, n, false, "");
    set(chip.lastChild, String(many));
  }
  if (anchor?.isConnected) list.scrollTop += anchor.getBoundingClientRect().top - before;
  if (selected) attr(list, "aria-activedescendant", `row-${selected}`);
  set($("open-count"), String(alerts.size));
  list.hidden = !all.length;
  $("empty").hidden = all.length > 0;
  document.title = `${[...alerts.values()].filter(isNew).length || ""} Tocsin`.trim();
}

// ---- the selected alert
function drawDetail() {
  const alert = alerts.get(selected);
  $("detail").hidden = $("acts").hidden = !alert;
  $("unselected").hidden = Boolean(alert);
  drawShot(alert);
  drawEvents(alert);
  if (!alert) return;
  const mark = $("d-glyph").firstChild || $("d-glyph").appendChild(glyph(36));
  drawGlyph(mark, alert.grade, !isNew(alert), grade(alert.grade));
  set($("d-title"), title(alert));
  set($("d-place"), alert.place_name);
  set($("d-age"), age(ageOf(alert)));
  set($("d-whose"), w("whyGrade", alert.grade));
  set($("d-why"), why(alert));
  drawSteps(alert);
  drawLog(alert);
  const fresh = isNew(alert);
  $("ack").disabled = !fresh;
  set($("ack-text"), troubled && fresh ? w("refused") : w(fresh ? "ack" : pending.has(alert.id) ? "acknowledged" : alert.state));
}
function drawShot(alert) {
  const image = $("picture"), events = details.get(alert?.id)?.events || [], pictured = events.find((event) => event.picture);
  $("shot").hidden = !alert?.picture;
  $("no-shot").hidden = Boolean(alert?.picture);
  set($("no-shot"), w(alert ? "noPicture" : "noneChosen"));
  if (!alert?.picture) return;
  const path = `/api/alerts/${encodeURIComponent(alert.id)}/picture?of=${alert.revision}`;
  if (image.getAttribute("src") !== path) image.src = path;
  attr(image, "alt", `${title(alert)}, ${alert.place_name}, ${w("redacted")}`);
  const at = pictured ? clock(new Date(pictured.happened_at)) : clock(new Date(alert.last_at));
  set($("shot-where"), `${pictured?.camera || alert.cameras.join(", ")} · ${at}`);
}
function whatOf(event) {
  const what = event.class ? thing(event.class) : rule(event.rule);
  const phase = event.again ? "again" : event.unwatched ? "unwatched" : event.phase;
  return phase ? `${what} · ${w(`phase_${phase}`)}` : what;
}
function drawEvents(alert) {
  const events = alert ? details.get(alert.id)?.events || [] : [];
  set($("events-joined"), alert ? w("joined", alert.events) : "");
  patch($("events"), events, {
    key: (event) => event.id,
    make: () => { const tr = el("tr"); for (let i = 0; i < 6; i++) tr.append(el("td", i > 2 ? "num" : "")); return tr; },
    update: (tr, event) => {
      const late = (Date.parse(event.received_at) - Date.parse(event.happened_at)) / 1000;
      const cells = [clock(new Date(event.happened_at)), event.camera, whatOf(event), String(event.count), event.confidence == null ? "–" : event.confidence.toFixed(2), span(Math.max(0, late))];
      cells.forEach((text, i) => set(tr.children[i], text));
    },
  });
}
function drawSteps(alert) {
  const items = alert.steps.map((text, i) => ({ id: `${alert.id}:${i}`, text }));
  patch($("steps"), items, {
    key: (step) => step.id,
    make: (step) => {
      const item = el("li"), label = el("label"), box = el("input");
      box.type = "checkbox";
      box.addEventListener("change", () => (box.checked ? ticked.add(step.id) : ticked.delete(step.id)));
      label.append(box, el("span"));
      item.append(label);
      return item;
    },
    update: (item, step) => { item.firstChild.firstChild.checked = ticked.has(step.id); set(item.firstChild.lastChild, step.text); },
  });
}
function drawLog(alert) {
  const lines = [[alert.opened_at, w("openedAt", alert.grade)]];
  const last = details.get(alert.id)?.events?.[0]?.received_at || alert.last_at;
  if (alert.events > 1) lines.push([last, w("joinedBy", alert.events, alert.cameras.join(", "))]);
  if (alert.ended_at) lines.push([alert.ended_at, w("ended")]);
  if (alert.acknowledged_at) lines.push([alert.acknowledged_at, w("tookOn")]);
  pairs($("log"), lines.sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([at, text]) => [clock(new Date(at)), text]));
  pairs($("facts"), [[w("armed"), hours(alert.armed)], [w("cameras"), alert.cameras.join(", ")], [w("number"), alert.id.slice(-8)]]);
}
function pairs(list, lines) {
  const cells = lines.flatMap(([term, text], i) => [["dt", i, term], ["dd", i, text]]);
  patch(list, cells, { key: ([tag, i]) => `${tag}${i}`, make: ([tag]) => el(tag), update: (node, [, , text]) => set(node, text) });
}

// ---- how the centre does
function drawStatus() {
  document.body.classList.toggle("off", !online);
  const lost = !online && lostAt !== null;
  set($("conn-text"), online ? w("live") : lost ? w("lostFor", age((Date.now() - lostAt) / 1000)) : w("connecting"));
  $("offline").hidden = !lost;
  if (lost) { set($("offline-since"), w("asOf", clock(new Date(dataAt ?? lostAt)))); set($("offline-more"), w("again")); }
  set($("saved"), pending.size && !online ? w("saved", pending.size) : "");
  if (!status) return;
  const { stats, cameras, minutes } = status, rate = minutes.reduce((sum, n) => sum + n, 0);
  set($("centre"), status.centre);
  set($("rate"), String(rate));
  drawBars(minutes);
  flooded = rate > 10 || (flooded && rate >= 5);
  $("flood").hidden = !flooded;
  set($("flood-count"), w("flood", rate));
  set($("boxes"), status.broker ? w("boxes", stats.boxes_online, stats.boxes) : w("broker"));
  $("boxes").classList.toggle("warn", !status.broker || stats.boxes_online < stats.boxes);
  drawCameras(cameras);
  drawLast();
}
function drawLast() {
  const known = status && status.last_event_age_s !== null;
  const seconds = known ? status.last_event_age_s + (now() - Date.parse(status.time)) / 1000 : 0;
  set($("last"), known ? w("last", span(Math.max(0, seconds))) : w("noEvent"));
}
function drawBars(minutes) {
  const bars = $("bars"), most = Math.max(13, ...minutes);
  if (!bars.firstChild) {
    minutes.forEach((_, i) => bars.append(svg("rect", { x: i * 7, width: 5, class: i === minutes.length - 1 ? "now" : "" })));
    bars.append(svg("path", {}));
  }
  minutes.forEach((n, i) => { attr(bars.children[i], "y", 26 - (n / most) * 25 - 1); attr(bars.children[i], "height", (n / most) * 25 + 1); });
  attr(bars.lastChild, "d", `M0 ${26 - (10 / most) * 25}H70`);
}
const HARM = { lost: 3, blind: 2, connecting: 1, live: 0 };
function drawCameras(cameras) {
  const live = cameras.filter((camera) => camera.state === "live").length, here = alerts.get(selected)?.cameras || [];
  set($("cameras-count"), w("camerasCount", live, cameras.length));
  set($("live"), live === cameras.length ? w("camsLive", live) : w("camsOut", cameras.length - live));
  $("live").classList.toggle("warn", live < cameras.length);
  const byHarm = [...cameras].sort((a, b) => HARM[b.state] - HARM[a.state]);
  patch($("cameras"), byHarm, {
    key: (camera) => `${camera.box}/${camera.camera}`,
    make: () => { const tile = el("li"); tile.append(el("b"), el("span"), el("span", "st")); return tile; },
    update: (tile, camera) => {
      attr(tile, "class", `tile ${camera.state}${here.includes(camera.camera) ? " here" : ""}`);
      set(tile.children[0], camera.camera);
      set(tile.children[1], camera.place);
      set(tile.children[2], w(`cam_${camera.state}`));
    },
  });
}

// ---- what the operator does
function select(id) {
  if (id === selected && details.has(id)) return;
  selected = id;
  troubled = false;
  const url = new URL(location.href);
  if (id) url.searchParams.set("alert", id); else url.searchParams.delete("alert");
  history.replaceState(null, "", url);
  draw();
  if (id) { $(`row-${id}`)?.scrollIntoView({ block: "nearest" }); load(id); }
}
async function load(id) {
  try {
    const body = await call(`/api/alerts/${encodeURIComponent(id)}`);
    if (details.size >= 50) details.delete(details.keys().next().value);
    details.set(id, body);
    if (id === selected) drawDetail();
  } catch { /* the stream says when we are cut off; the next change loads again */ }
}
function move(step) {
  const all = shown(), at = all.findIndex((alert) => alert.id === selected);
  if (all.length) select(all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + step))].id);
}
function urgent() { const first = [...alerts.values()].sort(byUrgency).find(isNew); if (first) { filter = 0; select(first.id); } }
function choose(n) { filter = filter === n ? 0 : n; drawQueue(); }
function acknowledge() {
  const alert = alerts.get(selected);
  if (!alert || !isNew(alert)) return;
  pending.add(alert.id);
  draw();
  send(alert.id);
}
async function send(id) {
  if (!online) return;
  try {
    take(await call(`/api/alerts/${encodeURIComponent(id)}/acknowledge`, { method: "POST" }));
    pending.delete(id);
  } catch (error) {
    if (error instanceof TypeError) return; // cut off: kept, and sent when we are back
    pending.delete(id);
    troubled = true;
  }
  draw();
}

// ---- what the centre tells
function take(alert) {
  const old = alerts.get(alert.id);
  if (old && old.revision > alert.revision) return;
  if (!OPEN.has(alert.state)) {
    alerts.delete(alert.id);
    if (selected === alert.id) select(alert.joined_into);
    return;
  }
  alerts.set(alert.id, alert);
  if (!old && alert.grade <= 2) set($("said"), `${grade(alert.grade)}: ${title(alert)}, ${alert.place_name}`);
}
let due = false;
function drawSoon() { if (!due) { due = true; requestAnimationFrame(() => { due = false; draw(); }); } }
function draw() { drawQueue(); drawDetail(); drawStatus(); }
function drawWords() {
  document.documentElement.lang = language() === "zh" ? "zh-Hans" : "en";
  for (const node of document.querySelectorAll("[data-w]")) set(node, w(node.dataset.w));
  for (const node of document.querySelectorAll("[data-label]")) attr(node, "aria-label", w(node.dataset.label));
  for (const button of document.querySelectorAll("[data-lang]")) attr(button, "aria-pressed", button.dataset.lang === language());
  draw();
}
function tick() {
  const here = new Date(now()), offset = -here.getTimezoneOffset() / 60;
  set($("clock"), clock(here));
  set($("zone"), `UTC${offset < 0 ? "−" : "+"}${Math.abs(offset)}`);
  for (const alert of alerts.values()) { const row = $(`row-${alert.id}`); if (row) set(row.children[2], age(ageOf(alert))); }
  const alert = alerts.get(selected);
  if (alert) set($("d-age"), age(ageOf(alert)));
  if (online) drawLast(); else drawStatus();
}

const KEYS = { KeyJ: () => move(1), ArrowDown: () => move(1), KeyK: () => move(-1), ArrowUp: () => move(-1), KeyU: urgent, KeyA: acknowledge, Digit1: () => choose(1), Digit2: () => choose(2), Digit3: () => choose(3), Digit4: () => choose(4) };
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (typing || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.code]) return;
  event.preventDefault();
  KEYS[event.code]();
});
$("ack").addEventListener("click", acknowledge);
$("theme").addEventListener("click", () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
for (const button of document.querySelectorAll("[data-lang]")) button.addEventListener("click", () => { speak(button.dataset.lang); kept.set("lang", language()); drawWords(); });
function theme(name) { document.documentElement.dataset.theme = name; kept.set("theme", name); }

theme(kept.get("theme", "dark"));
speak(kept.get("lang", navigator.language?.startsWith("zh") ? "zh" : "en"));
buildQueue();
drawWords();
tick();
setInterval(tick, 1000);
follow({
  onSnapshot(all) { alerts.clear(); all.forEach(take); if (alerts.has(selected)) load(selected); else selected = null; if (!selected) urgent(); draw(); },
  onAlert(alert) { take(alert); if (alert.id === selected) load(alert.id); if (!selected) urgent(); drawSoon(); },
  onStatus(told) { status = told; skewMs = Date.parse(told.time) - Date.now(); dataAt = Date.parse(told.time); drawStatus(); },
  onLink(up) { online = up; lostAt = up ? null : Math.min(Date.now(), (dataAt ?? Infinity) - skewMs); drawStatus(); if (up) [...pending].forEach(send); },
});
