// All keys in a dialog: what each does, where it is, another place for it, and a switch for all.

import { dialog } from "../base/dialog.js";
import { h, set } from "../base/dom.js";
import { codeOf, DEFAULTS, keyName, keysOn, move, reset, switchKeys } from "../base/keys.js";
import { words } from "../base/words.js";

const say = words({
  title: ["快捷键", "Keys"],
  on: ["启用单键快捷键", "Single keys are on"],
  change: [(what) => `更改：${what}`, (what) => `Change the key for: ${what}`],
  press: ["请按键…", "Press a key…"],
  reset: ["恢复默认", "As they were at first"],
  done: ["完成", "Done"],
  fixed: ["↑ ↓ 上下 · Enter 打开 · ? 本页：始终有效。", "↑ ↓ move · Enter opens · ? shows this: always on."],
  inFields: ["在输入框中不起作用。", "None of them works while you write."],
  next: ["下一条", "Next alert"], previous: ["上一条", "Previous alert"], urgent: ["最急的未确认", "Most urgent to acknowledge"],
  acknowledge: ["确认", "Acknowledge"], dispatch: ["派巡逻", "Dispatch a patrol"], escalate: ["上报", "Escalate"], close: ["关闭", "Close"],
  notReal: ["误报", "Not real"], call: ["呼叫", "Call"], shelve: ["搁置", "Shelve"], note: ["备注", "Add a note"], undo: ["撤回上一步", "Undo the last step"],
  pin: ["固定画面", "Pin the cameras"], silence: ["静音 2 分钟", "Silence for 2 min"], grade1: ["只看 1 级", "Only grade 1"], grade2: ["只看 2 级", "Only grade 2"],
  grade3: ["只看 3 级", "Only grade 3"], grade4: ["只看 4 级", "Only grade 4"], search: ["检索", "Search"], play: ["播放片段", "Play the clip"], stepBack: ["后退一步", "Step back"], stepOn: ["前进一步", "Step on"],
});

/** Show all keys; the view is told when one was moved, since it shows them. */
export async function showKeys(changed) {
  const names = Object.keys(DEFAULTS), list = h("ul", { class: "keys" }), hint = h("p", { class: "hint", text: `${say("fixed")} ${say("inFields")}` });
  const buttons = names.map((name) => h("button", { type: "button", class: "btn keycap", "aria-label": say("change", say(name)) }));
  const draw = () => buttons.forEach((button, i) => set(button, keyName(codeOf(names[i]))));
  names.forEach((name, i) => {
    buttons[i].addEventListener("click", () => wait(buttons[i], (code) => { if (code) move(name, code); draw(); }));
    list.append(h("li", {}, buttons[i], h("span", { text: say(name) })));
  });
  draw();
  const on = h("input", { type: "checkbox", checked: keysOn(), on: { change: () => switchKeys(on.checked) } });
  const again = h("button", { type: "button", class: "btn", text: say("reset"), on: { click: () => { reset(); draw(); } } });
  await dialog({ title: say("title"), wide: true, ok: say("done"), fields: [h("label", { class: "check" }, on, h("span", { text: say("on") })), list, h("div", {}, again), hint], read: () => true });
  changed();
}
function wait(button, took) {
  set(button, say("press"));
  const pressed = (event) => {
    if (event.isComposing || /^(Shift|Control|Alt|Meta)/.test(event.code)) return;
    event.preventDefault();
    event.stopPropagation();
    stop();
    took(/^(Tab|Escape|Enter|Arrow)/.test(event.code) ? null : event.code);
  };
  const left = () => { stop(); took(null); };
  const stop = () => { button.removeEventListener("keydown", pressed, true); button.removeEventListener("blur", left); };
  button.addEventListener("keydown", pressed, true);
  button.addEventListener("blur", left);
}
