// Words of places and cameras, wherever they stand.

import { words } from "../base/words.js";

export const say = words({
  live: ["有画面", "Live"],
  connecting: ["连接中", "Connecting"],
  blind: ["被遮挡", "Covered"],
  lost: ["无信号", "No signal"],
  unheard: ["未报到", "Not heard of"],
  district: ["区", "District"],
  street: ["街道", "Street"],
  community: ["社区", "Community"],
  place: ["地点", "Place"],
  since: [(t) => `${t}前`, (t) => `${t} ago`],
});
/** How a camera does, in words. */
export const stateOf = (camera) => (["live", "connecting", "blind", "lost", "unheard"].includes(camera.state) ? say(camera.state) : camera.state);
/** What a camera is called. */
export const nameOf = (camera) => camera.name || camera.camera;
/** Where the page of a camera is; boxes may have cameras of one name. */
export const pathOf = (camera) => `/cameras/${encodeURIComponent(camera.camera)}${camera.box ? `?box=${encodeURIComponent(camera.box)}` : ""}`;
