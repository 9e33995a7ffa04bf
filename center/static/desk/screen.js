// A second screen: the map or the wall alone, large, following what the desk selected.

import { h } from "../base/dom.js";
import { bind } from "../base/keys.js";
import { PlaceMap } from "./map.js";
import { followSelection } from "./selection.js";
import { Wall } from "./wall.js";
import { say } from "./words.js";

const LARGE_WALL = 12;
export const style = "/static/desk/desk.css";

export function open(root, { part }) {
  const stop = followSelection(), shown = part === "map" ? new PlaceMap() : new Wall({ many: LARGE_WALL });
  const unbind = bind(part === "wall" ? { pin: () => shown.pin() } : {});
  root.append(h("div", { class: `screen ${part}-screen` }, shown.node));
  return { title: say(part === "map" ? "mapTitle" : "wall"), close: () => { stop(); unbind(); shown.close(); } };
}
