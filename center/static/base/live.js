// A camera in, its redacted live view in a <video> out, for as long as somebody can see it.

import { isOurs } from "./cameras.js";
import { mySeat } from "./seat.js";

const STILL_MS = 1000, AGAIN_MS = 5000, SOON_MS = 500; // between stills; after a refusal; after a film that began anew
const STALE_S = 10; // without a new picture, or without a first one
const LATE_S = 2, NEAR_S = 0.4, KEPT_S = 20; // behind the newest picture; where it is taken up again; what is kept behind it

/**
 * Show a camera in a video element. `rate` is "low", a still each second, or "full", a film.
 *
 * `onState({ state, at, age, of, why, detail })` hears of every change and each second: `starting`, `live`, `stale` (no new
 * picture for 10 s), `hidden` (nobody can see it: nothing is asked for), `refused` (`why` is the problem's type, `detail`
 * its words), `late` (no first picture has come for 10 s), `offline`. `at` is when the camera saw the picture, `of` is "live" or "event". Returns a function that stops it.
 */
export function watchLive(video, camera, { rate = "low", box = null, onState = () => {} } = {}) {
  if (!isOurs({ box })) { queueMicrotask(() => onState({ state: "refused", why: box.slice(0, box.lastIndexOf("/")), detail: "" })); return () => {}; }
  const watch = new Watch(video, camera, { rate, box, onState });
  return () => watch.stop();
}

class Watch {
  constructor(video, camera, { rate, box, onState }) {
    const path = `/api/cameras/${encodeURIComponent(camera)}/`, of = box ? `?box=${encodeURIComponent(box)}` : "";
    Object.assign(this, { video, rate, onState, film: `${path}live${of}`, still: `${path}still${of}`, facts: {}, shown: false, running: null, canvas: null });
    Object.assign(video, { muted: true, autoplay: true, playsInline: true, disablePictureInPicture: true });
    this.seen = new IntersectionObserver((changes) => { this.shown = changes[changes.length - 1].isIntersecting; this.turn(); });
    this.seen.observe(video);
    this.onTurn = () => this.turn();
    document.addEventListener("visibilitychange", this.onTurn);
    this.timer = setInterval(() => this.pulse(), 1000);
  }
  stop() {
    this.seen.disconnect();
    document.removeEventListener("visibilitychange", this.onTurn);
    clearInterval(this.timer);
    this.rest();
    this.clear();
  }
  /** Begin when it can be seen, stop when it cannot. */
  turn() {
    const wanted = this.shown && document.visibilityState === "visible";
    if (wanted && !this.running) { this.running = new AbortController(); this.began = Date.now(); this.say("starting"); this.run(this.running.signal); }
    if (!wanted && this.running) { this.rest(); this.say("hidden"); }
  }
  rest() {
    this.running?.abort();
    this.running = null;
  }
  async run(signal) {
    const once = this.rate === "full" && canPlay() ? () => this.play(signal) : () => this.look(signal);
    while (!signal.aborted) {
      let pause = AGAIN_MS;
      try { pause = await once(); } catch (error) { if (signal.aborted) return; this.say("offline", { detail: error.message }); }
      await wait(pause, signal);
    }
  }
  async ask(path, signal) {
    const answer = await fetch(path, { headers: { "Tocsin-Seat": mySeat() }, cache: "no-store", signal });
    if (answer.ok) return answer;
    const problem = await answer.json().catch(() => ({}));
    if (!signal.aborted) this.say("refused", { why: problem.type || String(answer.status), detail: problem.detail || "" });
    return null;
  }
  /** One still; how long to wait until the next. */
  async look(signal) {
    const answer = await this.ask(this.still, signal);
    if (!answer) return AGAIN_MS;
    if (answer.status === 204) { this.none(); return SOON_MS; }
    const picture = await createImageBitmap(await answer.blob());
    if (signal.aborted) return 0;
    this.paint(picture);
    const at = answer.headers.get("Tocsin-Captured"), of = answer.headers.get("Tocsin-Picture"), why = answer.headers.get("Tocsin-Live") || "";
    this.came({ at, of, why, cameAt: Date.now() - 1000 * Number(answer.headers.get("Age")) });
    return STILL_MS;
  }
  /** Nothing new: what is shown grows old, and what was never there is late in the end. */
  none() {
    if (this.facts.cameAt) this.say(this.age() > STALE_S ? "stale" : "live");
    else this.say(Date.now() - this.began > STALE_S * 1000 ? "late" : "starting");
  }
  paint(picture) {
    if (!this.canvas) {
      this.clear();
      this.canvas = document.createElement("canvas");
      Object.assign(this.canvas, { width: picture.width, height: picture.height });
      this.canvas.getContext("2d");
      this.video.srcObject = this.canvas.captureStream();
      this.video.play().catch(() => {});
    }
    if (this.canvas.width !== picture.width || this.canvas.height !== picture.height) Object.assign(this.canvas, { width: picture.width, height: picture.height });
    this.canvas.getContext("2d").drawImage(picture, 0, 0);
    picture.close();
  }
  /** One film, until it ends; how long to wait before the next. */
  async play(signal) {
    const answer = await this.ask(this.film, signal);
    if (!answer) return AGAIN_MS;
    const reader = answer.body.getReader();
    const film = new Film(this.video, () => this.clear());
    for (;;) {
      const { value, done } = await reader.read();
      if (done || signal.aborted) return SOON_MS;
      await film.append(value);
      if (signal.aborted) return 0;
      this.came({ at: new Date().toISOString(), of: "live", why: "", cameAt: Date.now() });
    }
  }
  clear() {
    this.canvas = null;
    this.video.srcObject = null;
    this.video.removeAttribute("src");
    this.video.load();
  }
  came(facts) {
    this.facts = facts;
    this.say(this.age() > STALE_S ? "stale" : "live");
  }
  /** Seconds since the camera saw what is shown. */
  age() { return this.facts.cameAt ? Math.max(0, (Date.now() - this.facts.cameAt) / 1000) : 0; }
  /** What is old says so, also while its stream lives. */
  pulse() {
    if (this.state === "live" && this.age() > STALE_S) this.say("stale");
    else if (this.state === "stale") this.say("stale");
  }
  say(state, more = {}) {
    this.state = state;
    this.onState({ state, why: "", detail: "", ...this.facts, age: this.age(), ...more });
  }
}

/** What a video element plays of a film that goes on: near its end, and not more of its past than needed. */
class Film {
  constructor(video, clear) { Object.assign(this, { video, clear, begin: new Uint8Array(), buffer: null }); }
  async append(data) {
    if (!this.buffer) {
      this.begin = joined(this.begin, data);
      const codec = codecOf(this.begin);
      if (!codec) return;
      await this.open(codec);
      data = this.begin;
    }
    const done = once(this.buffer, "updateend");
    this.buffer.appendBuffer(data);
    await done;
    await this.keepUp();
  }
  async open(codec) {
    const source = new MediaSource(), url = URL.createObjectURL(source);
    this.clear();
    const opened = once(source, "sourceopen");
    this.video.src = url;
    await opened;
    URL.revokeObjectURL(url);
    this.buffer = source.addSourceBuffer(`video/mp4; codecs="${codec}"`);
  }
  /** Skip what is late or missing, play a little faster what is nearly so, let go of what is over. */
  async keepUp() {
    const { video } = this, { buffered } = video, last = buffered.length - 1;
    if (last < 0) return;
    const end = buffered.end(last), behind = end - video.currentTime;
    if (behind > LATE_S || video.currentTime < buffered.start(last)) video.currentTime = Math.max(buffered.start(last), end - NEAR_S);
    video.playbackRate = behind > 2 * NEAR_S ? 1.1 : 1;
    if (video.paused) video.play().catch(() => {});
    if (video.currentTime - buffered.start(0) > KEPT_S) {
      const done = once(this.buffer, "updateend");
      this.buffer.remove(0, video.currentTime - KEPT_S / 2);
      await done;
    }
  }
}
function canPlay() { return Boolean(window.MediaSource?.isTypeSupported('video/mp4; codecs="avc1.42C01F"')); }
/** The codec as RFC 6381 names it, of the three bytes behind the version in `avcC`; null before they came. */
function codecOf(data) {
  for (let at = 0; at + 8 <= data.length; at++) {
    if (data[at] === 0x61 && data[at + 1] === 0x76 && data[at + 2] === 0x63 && data[at + 3] === 0x43) return `avc1.${[5, 6, 7].map((next) => data[at + next].toString(16).padStart(2, "0")).join("")}`;
  }
  return null;
}
function joined(one, other) {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
function once(target, name) { return new Promise((resolve) => target.addEventListener(name, resolve, { once: true })); }
function wait(ms, signal) {
  return new Promise((resolve) => {
    const over = () => { clearTimeout(timer); signal.removeEventListener("abort", over); resolve(); };
    const timer = setTimeout(over, ms);
    signal.addEventListener("abort", over);
  });
}
