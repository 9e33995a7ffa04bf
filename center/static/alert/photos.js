// An alert in, the redacted photos that patrols took there out; a press shows one large.

import { detail } from "../base/alerts.js";
import { inPath } from "../base/api.js";
import { dialog } from "../base/dialog.js";
import { attr, h, patch, set, show } from "../base/dom.js";
import { Picture } from "../base/picture.js";
import { clock } from "../base/time.js";
import { say } from "./words.js";

const pathOf = (alert, photo) => `/api/alerts/${inPath(alert)}/photos/${inPath(photo)}`;

export function photos() {
  const list = h("ul", { class: "photos", "aria-label": say("photos") });
  return { node: list, draw(alert) {
    const taken = (detail(alert.id)?.photos || []).map((each) => ({ ...each, alert: alert.id }));
    show(list, taken.length);
    patch(list, taken, { key: (photo) => photo.id, make: makePhoto, update: (item, photo) => set(item.querySelector("span"), clock(photo.taken_at)) });
  } };
}
function makePhoto(photo) {
  const small = new Picture(), label = say("photoAt", clock(photo.taken_at));
  const button = h("button", { class: "photo", on: { click: () => large(photo, label) } }, small.node, h("span"));
  attr(button, "aria-label", label);
  small.draw(pathOf(photo.alert, photo.id), label);
  return h("li", {}, button);
}
async function large(photo, label) {
  const shown = new Picture();
  shown.draw(pathOf(photo.alert, photo.id), label);
  await dialog({ title: label, wide: true, cancel: say("closeIt"), fields: h("figure", { class: "large-photo" }, shown.node, h("figcaption", { text: say("redacted") })) });
  shown.draw(null);
}
