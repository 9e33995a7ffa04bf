// Two texts in, the lines that differ with a few around them out.

import { h } from "../base/dom.js";
import { around, diff } from "./diff.js";
import { say } from "./words.js";

export function changes(before, after) {
  const lines = around(diff(before, after));
  if (!lines.some((line) => line && line.sign !== " ")) return h("p", { class: "hint", text: say("nothing") });
  return h("div", { class: "diff", tabindex: 0 }, lines.map((line) => (line ? h("div", { class: line.sign === "+" ? "in" : line.sign === "-" ? "out" : "" }, h("i", { text: `${line.at}` }), h("code", { text: `${line.sign} ${line.text}` })) : h("div", { class: "cut", text: "⋯" }))));
}
