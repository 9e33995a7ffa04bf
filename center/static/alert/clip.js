// An alert in, its redacted clip out with play and step; until there is a clip, its redacted picture.

import { detail } from "../base/alerts.js";
import { inPath } from "../base/api.js";
import { attr, h, icon, set, show } from "../base/dom.js";
import { Picture } from "../base/picture.js";
import { title } from "../base/terms.js";
import { ago, clock } from "../base/time.js";
import { elsewhere } from "./elsewhere.js";
import { playOrPause, stepIn } from "./player.js";
import { say } from "./words.js";

/** The figure; `play()` and `step(way)` are what keys do; `onTime(ms)` hears where the clip stands. */
export function clip({ onTime = () => {} } = {}) {
  const picture = new Picture((state, why) => { away.turned(state, why); set(blank, { starting: "", denied: why, picture: "" }[state] ?? say("noPicture")); });
  const video = h("video", { playsinline: true, preload: "metadata", hidden: true, tabindex: -1 });
  video.muted = true;
  const blank = h("p", { class: "blank" }), where = h("span", { class: "lab left" }), button = h("button", { class: "play", hidden: true }, icon("play", 16), h("span"));
  const node = h("figure", { class: "clip" }, picture.node, video, blank, where, h("span", { class: "lab right" }, icon("eye", 14), h("span", { text: say("redacted") })), button);
  let shown = null, last = null;
  const away = elsewhere(() => made.draw(last));
  node.append(away.node);
  const play = () => { if (shown) playOrPause(video); };
  const drawn = () => {
    const playing = !video.paused && !video.ended;
    button.replaceChild(icon(playing ? "pause" : "play", 16), button.firstChild);
    attr(button, "aria-label", say(playing ? "pause" : "play"));
    set(button.lastChild, `${ago(video.currentTime)} / ${ago(video.duration || shown?.seconds || 0)}`);
    if (shown) onTime(Date.parse(shown.happened_at) + video.currentTime * 1000);
  };
  for (const event of ["play", "pause", "timeupdate", "loadedmetadata", "ended"]) video.addEventListener(event, drawn);
  button.addEventListener("click", play);
  const made = {
    node, play,
    step(way) { if (shown) stepIn(video, way); },
    draw(alert) {
      last = alert;
      const whole = detail(alert.id), one = whole?.clips?.[0] || null, seen = whole?.events.find((each) => each.picture);
      show(video, one);
      show(button, one);
      if (one?.id !== shown?.id) {
        shown = one;
        video.pause();
        if (one) { video.src = `/api/alerts/${inPath(alert.id)}/clip?camera=${inPath(one.camera)}`; drawn(); } else { video.removeAttribute("src"); video.load(); onTime(null); }
      }
      const path = away.path(alert, alert.revision);
      picture.draw(one ? null : path, `${title(alert)}, ${alert.place_name}, ${say("redacted")}`);
      show(blank, !one && picture.state !== "picture" && !away.waits);
      const source = one ? [one.camera, one.happened_at] : [seen?.camera || alert.cameras.join(", "), seen?.happened_at || alert.captured_at];
      set(where, `${source[0]} · ${clock(source[1])}`);
    },
  };
  return made;
}
