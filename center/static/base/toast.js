// A sentence in, shown at the foot for a while out, with at most one thing to do about it.

import { h } from "./dom.js";

const LASTS_MS = 10000, MOST = 4;
let place = null;

/** Show a sentence. `action` is `{ text, act, key }`; `warn` marks trouble; returns how to take it away. */
export function toast(text, { action = null, lasts = LASTS_MS, warn = false } = {}) {
  place ??= document.getElementById("toasts");
  const node = h("div", { class: warn ? "toast warn" : "toast" }, h("span", { text }));
  const gone = () => { clearTimeout(timer); node.remove(); };
  if (action) {
    const button = h("button", { class: "btn", text: action.text, on: { click: () => { gone(); action.act(); } } });
    if (action.key) button.append(h("kbd", { text: action.key }));
    node.append(button);
  }
  const timer = setTimeout(gone, lasts);
  place.append(node);
  while (place.children.length > MOST) place.firstElementChild.remove();
  return gone;
}
