// Photos that a patrol takes in, the same redacted at the centre out; what is not sent yet is in this page's memory only.

import { ask, inPath, Offline, Problem } from "../base/api.js";
import { attr, h, patch, set, show } from "../base/dom.js";
import { clock, now } from "../base/time.js";
import { say } from "./words.js";

const LONGEST_PX = 1280, QUALITY = 0.85, WITHIN_MS = 200000, AGAIN_MS = 4000;

/** A photo made small and without metadata: what the phone wrote into it about itself and where it was stays here. */
async function small(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
  const canvas = h("canvas", { width: Math.max(1, Math.round(picture.width * scale)), height: Math.max(1, Math.round(picture.height * scale)) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no blob"))), "image/jpeg", QUALITY));
}
const newKey = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** The button, what waits, and what the centre keeps. `told(view)` hears the task after each. */
export function photos(token, told) {
  const waiting = [], input = h("input", { type: "file", accept: "image/*", capture: "environment", class: "sr", tabindex: -1, "aria-hidden": "true", on: { change: () => add() } });
  const list = h("ul", { class: "shots" }), note = h("p", { class: "hint" }), node = h("section", { class: "photos" }, h("h2", { text: say("photos") }), list, note, input);
  let kept = [], busy = false, timer = null;
  async function add() {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    const shot = { key: newKey(), at: new Date(now()).toISOString(), blob: null, url: null, state: "waits", why: "" };
    waiting.push(shot);
    try { shot.blob = await small(file); shot.url = URL.createObjectURL(shot.blob); } catch { Object.assign(shot, { state: "refused", why: say("notAPhoto") }); }
    draw();
    send();
  }
  async function send() {
    clearTimeout(timer);
    if (busy) return;
    busy = true;
    for (let shot; (shot = waiting.find((each) => each.state === "waits" && each.blob));) if (!(await sent(shot))) break;
    busy = false;
    draw();
    if (waiting.some((each) => each.state === "waits")) timer = setTimeout(send, AGAIN_MS);
  }
  /** Whether there is an answer; without one it waits for a signal. */
  async function sent(shot) {
    shot.state = "goes";
    draw();
    try {
      const view = await upload(shot);
      drop(shot);
      told(view);
    } catch (error) {
      if (error instanceof Offline) { shot.state = "waits"; return false; }
      Object.assign(shot, { state: "refused", why: error.type === "/problems/not-redacted" ? say("notRedacted") : error.message });
    }
    return true;
  }
  function upload({ key, at, blob }) {
    return ask(`/api/tasks/${inPath(token)}/photos?key=${key}&taken_at=${encodeURIComponent(at)}`, { file: blob, signal: AbortSignal.timeout(WITHIN_MS) });
  }
  function drop(shot) {
    waiting.splice(waiting.indexOf(shot), 1);
    if (shot.url) URL.revokeObjectURL(shot.url);
    draw();
  }
  const again = (shot) => { Object.assign(shot, { state: "waits", why: "" }); draw(); send(); };
  function draw() {
    const all = [...kept.map((each) => ({ key: each.id, at: each.taken_at, path: `/api/tasks/${inPath(token)}/photos/${inPath(each.id)}`, state: "kept" })), ...waiting];
    show(node, all.length);
    patch(list, all, { key: (shot) => shot.key, make: (shot) => makeShot(shot, { again, drop }), update: drawShot });
    set(note, waiting.length ? say("keepOpen") : kept.length ? say("photosKept") : "");
  }
  draw();
  return {
    node, send,
    /** Ask for a photo; a browser allows it only while somebody presses. */
    take: () => input.click(),
    draw({ photos: all = [] }) { kept = all; draw(); },
    close() { clearTimeout(timer); for (const { url } of waiting) if (url) URL.revokeObjectURL(url); },
  };
}
function makeShot(shot, { again, drop }) {
  const image = h("img", { alt: say("photo") });
  image.addEventListener("error", () => show(image, false));
  return h("li", {}, image, h("span"), h("p", { role: "status" }), h("div", {}, h("button", { class: "btn", text: say("again"), on: { click: () => again(shot) } }), h("button", { class: "btn", text: say("discard"), on: { click: () => drop(shot) } })));
}
function drawShot(item, { at, path, url, state, why }) {
  const [image, when, how, does] = item.children, source = path || url;
  attr(item, "data-state", state);
  if (source && image.getAttribute("src") !== source) attr(image, "src", source);
  show(image, source);
  set(when, clock(at));
  set(how, { kept: "", waits: say("waitsForSignal"), goes: say("beingRedacted"), refused: why }[state]);
  show(does, state === "refused");
}
