// A text in, an editor with numbered lines out; what is wrong is said at its line.

import { attr, h, patch, set, show } from "../base/dom.js";
import { say } from "./words.js";

export class TextEditor {
  /** `changed(text)` hears each change. */
  constructor(changed) {
    this.area = h("textarea", { class: "code", spellcheck: "false", autocomplete: "off", wrap: "off", "aria-label": say("text"), on: { input: () => { this.number(); changed(this.area.value); }, scroll: () => { this.lines.scrollTop = this.area.scrollTop; } } });
    this.lines = h("ol", { class: "numbers", "aria-hidden": "true" });
    this.said = h("span"), this.go = h("button", { class: "btn", text: say("goLine"), on: { click: () => this.show(this.wrongLine) } });
    this.wrong = h("div", { class: "wrongline", role: "alert", id: "wrong" }, this.said, this.go);
    this.node = h("div", { class: "editor" }, h("div", { class: "paper" }, this.lines, this.area), this.wrong);
  }
  draw(text, wrong) {
    if (this.area.value !== text) this.area.value = text;
    this.wrongLine = wrong?.line ?? null;
    show(this.wrong, wrong);
    show(this.go, this.wrongLine);
    set(this.said, wrong ? (wrong.line ? say("wrongAt", wrong.line, wrong.said) : wrong.said) : "");
    attr(this.area, "aria-invalid", wrong ? "true" : null);
    attr(this.area, "aria-describedby", wrong ? "wrong" : null);
    this.number();
  }
  number() {
    const many = this.area.value.split("\n").length;
    patch(this.lines, Array.from({ length: many }, (_, index) => index + 1), {
      key: (line) => line, make: (line) => h("li", { text: String(line) }), update: (item, line) => { const odd = line === this.wrongLine ? "odd" : ""; if (item.className !== odd) item.className = odd; },
    });
    this.lines.scrollTop = this.area.scrollTop;
  }
  /** Put the cursor on a line, in sight. */
  show(line) {
    const before = this.area.value.split("\n").slice(0, line - 1).join("\n"), start = before.length + (line > 1 ? 1 : 0);
    const end = this.area.value.indexOf("\n", start);
    this.area.focus();
    this.area.setSelectionRange(start, end < 0 ? this.area.value.length : end);
    this.area.scrollTop = Math.max(0, (line - 5) * 20);
    this.lines.scrollTop = this.area.scrollTop;
  }
}
