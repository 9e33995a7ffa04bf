// Alerts that nobody took on in, tones out: two rising notes for an emergency, and nothing for the low.

import { open, watch } from "./alerts.js";
import { kept, share, shared } from "./kept.js";
import { everySecond } from "./time.js";

const AGAIN_MS = { 1: 10000, 2: 60000 }, TICK_MS = 60000, SILENCE_MS = 120000;
const ME = String(Math.random());
let context = null, on = kept.get("sound", true), loud = kept.get("volume", 0.6), quietUntil = 0, ticked = -Infinity, flood = false, mine = true;
const rung = new Map(), hearers = new Set();

/** off: as chosen; blocked: the browser wants a click first; silent: for two minutes; on. */
export function soundState() {
  if (!on) return "off";
  if (context?.state !== "running") return "blocked";
  return Date.now() < quietUntil ? "silent" : "on";
}
export function onSound(act) { hearers.add(act); return () => hearers.delete(act); }
const tell = () => hearers.forEach((act) => act(soundState()));

/** Make sound possible; a browser allows it only while somebody clicks or presses a key. */
export async function unlock() {
  if (!on || context?.state === "running") return;
  try {
    context ??= new AudioContext();
    context.onstatechange = tell;
    await context.resume();
    share("sounds", ME);
    mine = true;
  } catch { /* no sound device: it stays blocked, and the page says so */ }
  tell();
}
export function turnSound(whether, volume = loud) {
  on = whether;
  loud = volume;
  kept.set("sound", on);
  kept.set("volume", loud);
  if (on) unlock();
  tell();
}
export const volume = () => loud;
export function silence() { quietUntil = Date.now() + SILENCE_MS; tell(); }
export const silentFor = () => Math.max(0, (quietUntil - Date.now()) / 1000);
/** While alerts flood in, low tones stop. */
export function setFlood(whether) { flood = whether; }

function note(hertz, after, lasts, gain) {
  const tone = context.createOscillator(), level = context.createGain(), at = context.currentTime + after;
  tone.frequency.value = hertz;
  level.gain.setValueAtTime(0, at);
  level.gain.linearRampToValueAtTime(gain * loud, at + 0.02);
  level.gain.exponentialRampToValueAtTime(0.0001, at + lasts);
  tone.connect(level).connect(context.destination);
  tone.start(at);
  tone.stop(at + lasts);
}
const TONES = {
  1: () => { note(660, 0, 0.28, 0.5); note(880, 0.24, 0.42, 0.5); },
  2: () => note(587, 0, 0.4, 0.4),
  3: () => note(440, 0, 0.09, 0.12),
};
/** Play the tone of a grade, if it may be heard. */
export function play(grade) {
  if (TONES[grade] && soundState() === "on") TONES[grade]();
}
export async function test() { await unlock(); if (context?.state === "running") TONES[1](); return context?.state === "running"; }

/** Which tones are due at a moment, of alerts that wait to be taken on; notes what it gave. */
export function due(alerts, at, { flooded = false } = {}) {
  const waiting = new Set(alerts.map((each) => each.id)), grades = new Set();
  for (const id of rung.keys()) if (!waiting.has(id)) rung.delete(id);
  for (const { id, grade } of alerts) {
    const first = !rung.has(id), last = rung.get(id);
    if (grade === 3 && first && !flooded && at - ticked >= TICK_MS) { ticked = at; grades.add(3); }
    if (grade <= 2 && (first || (at - last.at >= AGAIN_MS[grade] && (grade === 1 || last.times < 2)))) grades.add(grade);
    else if (!first) continue;
    rung.set(id, { at, times: (last?.times ?? 0) + 1 });
  }
  return grades;
}
function ring() {
  const grades = due(open().filter((each) => each.state === "new"), Date.now(), { flooded: flood });
  if (mine && grades.size) play(Math.min(...grades));
  tell();
}
/** Begin to sound; the tab that was clicked last is the one that does. */
export function beginSound() {
  shared("sounds", (tab) => { mine = tab === ME; });
  for (const gesture of ["pointerdown", "keydown"]) document.addEventListener(gesture, unlock, { capture: true, passive: true });
  watch((what) => { if (what === "arrived") ring(); });
  everySecond(ring);
  if (on) unlock();
}
