// An alert in, the path of its picture out; of one that another centre made only once somebody asked for it here.

import { inPath } from "../base/api.js";
import { h, set, show } from "../base/dom.js";
import { say } from "./words.js";

const asked = new Set();

/** The button that asks; `redraw()` is called when somebody did, or when it could not be had. */
export function elsewhere(redraw) {
  let shown = null;
  const button = h("button", { type: "button", class: "btn" }), why = h("span", { role: "status" });
  const node = h("div", { class: "elsewhere", hidden: true }, button, why);
  button.addEventListener("click", () => { asked.add(shown.id); set(why, ""); redraw(); });
  return {
    node,
    get waits() { return !node.hidden; },
    path(alert, of) {
      if (shown?.id !== alert.id) set(why, "");
      shown = alert;
      const wanted = alert.home && alert.picture && !asked.has(alert.id);
      show(node, wanted);
      if (wanted) set(button, say("askPicture", alert.home));
      return alert.picture && !wanted ? `/api/alerts/${inPath(alert.id)}/picture?of=${inPath(alert.home ? alert.home : of)}` : null;
    },
    /** What became of the picture; one that could not be had is asked for again by hand. */
    turned(state, detail) {
      if (state !== "failed" || !shown?.home) return;
      asked.delete(shown.id);
      set(why, detail);
      queueMicrotask(redraw);
    },
  };
}
