// An alert in, redacted live views of the cameras around it out: the first large, and any of them at a press.

import { around, askCameras, cameras, keyOf } from "../base/cameras.js";
import { attr, h, icon, patch, show } from "../base/dom.js";
import { live } from "../place/live.js";
import { nameOf } from "../place/words.js";
import { say } from "./words.js";

const OVER = ["closed", "withdrawn", "joined"];
/** Where a door, a help point or a badge spoke, and where no picture has come, until it is over. */
function unseen(alert, clips) {
  const spoke = alert.nearest.length > 0;
  return !OVER.includes(alert.state) && (spoke || !(alert.picture || clips.length));
}
/** Of those around it, first those whose picture is not shown already: for a page that has the picture beside. */
export function beside(alert) {
  const found = around(alert, cameras());
  return [...found.filter((each) => each.camera !== alert.cameras[0]), ...found];
}
const nearest = (alert, clips) => (unseen(alert, clips) ? around(alert, cameras()) : []);

const MORE = 4;
/** `draw(alert, clips)` says whether it shows any; `close()` lets go of the views. `more` says when there is room for four. */
export function near({ many = MORE, choose = nearest, more = () => false } = {}) {
  const grid = h("div", { class: "views" }), node = h("section", { class: "near", "aria-label": say("near") }, grid), views = new Map();
  let opened = null, of = null;
  askCameras().catch(() => {});
  const close = (key) => { views.get(key)?.close(); views.delete(key); };
  /** Opened it is a film of full rate; until then a still a second. */
  function make({ camera, key, rate }) {
    const view = live(camera, { rate });
    const press = h("button", { class: "icb open", "aria-label": say("openView", nameOf(camera)), on: { click: () => { opened = opened === keyOf(camera) ? null : keyOf(camera); redraw(); } } }, icon("screen", 16));
    attr(view.node, "data-camera", camera.camera);
    view.node.append(press);
    views.set(key, view);
    return view.node;
  }
  let redraw = () => {};
  return {
    node,
    draw(alert, clips = []) {
      if (alert.id !== of) { of = alert.id; opened = null; }
      redraw = () => this.draw(alert, clips);
      const found = [...new Map(choose(alert, clips).map((each) => [keyOf(each), each])).values()].slice(0, more(alert, clips) ? MORE : many), large = found.some((each) => keyOf(each) === opened) ? opened : found[0] && keyOf(found[0]);
      const tiles = found.map((camera) => ({ camera, name: keyOf(camera), rate: keyOf(camera) === opened ? "full" : "low" })).map((each) => ({ ...each, key: `${each.name} ${each.rate}` }));
      for (const key of [...views.keys()]) if (!tiles.some((tile) => tile.key === key)) close(key);
      patch(grid, tiles, { key: (tile) => tile.key, make, update: (tile, each) => { tile.classList.toggle("large", each.name === large); attr(tile.querySelector(".open"), "aria-pressed", String(each.name === opened)); } });
      show(node, tiles.length);
      return tiles.length > 0;
    },
    close() { for (const key of [...views.keys()]) close(key); },
  };
}
