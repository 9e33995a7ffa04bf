// A camera in, its redacted live view out with what is to be known of it: how old it is, and why there is none.

import { watchLive } from "../base/live.js";
import { attr, h, icon, set } from "../base/dom.js";
import { ago, clock } from "../base/time.js";
import { nameOf, pathOf, say } from "./words.js";

/** A tile of one camera; `rate` is "low" or "full". `close()` lets go of the view. */
export function live(camera, { rate = "low", linked = true } = {}) {
  const video = h("video", { "aria-label": nameOf(camera) }), message = h("p", { class: "msg", role: "status" });
  const name = h(linked ? "a" : "b", { text: nameOf(camera), href: linked ? pathOf(camera) : null }), at = h("span");
  const node = h("figure", { class: "live" }, video, message, h("figcaption", {}, name, at), h("span", { class: "badge" }, icon("eye", 14), say("redacted")));
  const stop = watchLive(video, camera.camera, { rate, box: camera.box, onState: (told) => draw(told) });
  function draw({ state, at: seen, age, of, detail, why }) {
    attr(node, "data-state", state);
    set(message, { starting: say("starting"), hidden: "", live: of === "event" ? say("ofEvent", ago(age ?? 0)) : "", stale: say("stale", ago(age ?? 0)), late: say("late"), refused: say("refused", detail || why || ""), offline: say("offline") }[state] ?? "");
    set(at, seen ? clock(new Date(seen)) : "");
  }
  return { node, close: stop };
}
