// A title and fields in, what was answered out; null when somebody thought better of it.

import { h } from "./dom.js";
import { words } from "./words.js";

const say = words({ cancel: ["取消", "Cancel"] });

/** Ask in a dialog. `fields` is what is shown, `read()` what it is worth, `ok` the main button; without one there is only `cancel`. */
export function dialog({ title, fields, read = () => null, ok = "", cancel = say("cancel"), wide = false }) {
  return new Promise((done) => {
    const before = document.activeElement;
    const box = h("dialog", { class: wide ? "dialog wide" : "dialog", "aria-labelledby": "dialog-title" });
    const finish = (answer) => { box.close(); box.remove(); before?.focus?.({ preventScroll: true }); done(answer); };
    const submit = (event) => { event?.preventDefault(); const answer = read(); if (answer !== null) finish(answer); };
    const form = h("form", { method: "dialog", on: { submit } },
      h("h2", { id: "dialog-title", text: title }), h("div", { class: "fields" }, fields),
      h("div", { class: "answers" },
        h("button", { type: "button", class: "btn", text: cancel, on: { click: () => finish(null) } }),
        ok && h("button", { type: "submit", class: "btn pri", text: ok })));
    box.append(form);
    box.addEventListener("cancel", (event) => { event.preventDefault(); finish(null); });
    document.body.append(box);
    box.showModal();
    (box.querySelector("[autofocus]") || box.querySelector("input, textarea, select, button"))?.focus();
  });
}
/** Choices of which one is taken: a click, its number, or Enter; `take` hears which. */
export function choices(name, options, { chosen = null, note = () => "" } = {}) {
  const list = h("div", { class: "choices", role: "radiogroup" });
  options.forEach(({ value, text }, index) => {
    const input = h("input", { type: "radio", name, value, checked: value === chosen, autofocus: value === chosen, required: true });
    list.append(h("label", { class: "choice" }, input, h("span", { text }), h("small", { text: note(value) || "" }), h("kbd", { text: String(index + 1) })));
  });
  list.addEventListener("keydown", (event) => {
    const at = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
    const wanted = at && !event.isComposing && list.querySelectorAll("input")[at - 1];
    if (!wanted) return;
    event.preventDefault();
    wanted.checked = true;
    wanted.focus();
    wanted.dispatchEvent(new Event("change", { bubbles: true }));
  });
  return { list, value: () => list.querySelector("input:checked")?.value ?? null };
}
