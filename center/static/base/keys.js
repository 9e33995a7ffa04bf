// Keys in, what they stand for out: by their place on the keyboard, never while somebody writes.

import { kept } from "./kept.js";

/** What a key may stand for, and where it is at first. Arrows, Enter and Escape cannot be moved. */
export const DEFAULTS = {
  next: "KeyJ", previous: "KeyK", urgent: "KeyU", acknowledge: "KeyA", dispatch: "KeyD", escalate: "KeyE",
  close: "KeyR", notReal: "KeyF", call: "KeyC", shelve: "KeyS", note: "KeyN", undo: "KeyZ", pin: "KeyP",
  silence: "KeyM", grade1: "Digit1", grade2: "Digit2", grade3: "Digit3", grade4: "Digit4", search: "Slash",
  play: "Space", stepBack: "Comma", stepOn: "Period",
};
const FIXED = { ArrowDown: "next", ArrowUp: "previous", Enter: "open" };
let moved = kept.get("keys", {}), on = kept.get("keysOn", true), handlers = [];

export const codeOf = (name) => moved[name] ?? DEFAULTS[name];
export const keysOn = () => on;
export function switchKeys(whether) { on = whether; kept.set("keysOn", on); }
/** Put a key elsewhere; who had that place takes the old one. */
export function move(name, code) {
  const had = Object.keys(DEFAULTS).find((each) => codeOf(each) === code), old = codeOf(name);
  moved = { ...moved, [name]: code, ...(had && had !== name ? { [had]: old } : {}) };
  kept.set("keys", moved);
}
export function reset() { moved = {}; kept.set("keys", moved); }
/** As it stands on the key: A, 1, Space, `/`. */
export function keyName(code) {
  const signs = { Slash: "/", Comma: ",", Period: ".", Semicolon: ";", Quote: "'", Minus: "-", Equal: "=", BracketLeft: "[", BracketRight: "]", Backquote: "`", Backslash: "\\" };
  return signs[code] || code.replace(/^(Key|Digit|Numpad)/, "");
}
/** Handle names with functions until the returned function is called; the newest come first. */
export function bind(named) {
  handlers = [named, ...handlers];
  return () => { handlers = handlers.filter((each) => each !== named); };
}

const WRITES = "input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable]";
const PRESSES = "button, a[href], summary, input, label, [role=button], video";
export function nameOf(event) {
  const { target, code } = event;
  if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return null;
  if (target.closest?.(WRITES) || document.querySelector("dialog[open]")) return null;
  if (code === "Slash" && event.shiftKey) return "help";
  if (event.shiftKey) return null;
  if ((code === "Space" || code === "Enter") && target.closest?.(PRESSES)) return null;
  if (FIXED[code]) return FIXED[code];
  return on ? Object.keys(DEFAULTS).find((name) => codeOf(name) === code) || null : null;
}
document.addEventListener("keydown", (event) => {
  const name = nameOf(event), does = name && handlers.find((each) => each[name])?.[name];
  if (!does) return;
  event.preventDefault();
  does(event);
});
