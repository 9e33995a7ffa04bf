// The start of a shift: which seat, whether it sounds, and a tone to be sure of it.

import { dialog } from "../base/dialog.js";
import { h, set } from "../base/dom.js";
import { mySeat, takeSeat } from "../base/seat.js";
import { soundState, test, turnSound, volume } from "../base/sound.js";
import { say } from "./words.js";

export async function startShift() {
  const seat = h("input", { type: "text", value: mySeat(), maxlength: 40, autocomplete: "off", spellcheck: "false", autofocus: true });
  const sound = h("input", { type: "checkbox", checked: soundState() !== "off" });
  const loud = h("input", { type: "range", min: 0.1, max: 1, step: 0.1, value: volume() });
  const heard = h("p", { class: "hint", role: "status" }), wrong = h("p", { class: "wrong", role: "alert" });
  const tone = async () => { turnSound(sound.checked, Number(loud.value)); set(heard, say((await test()) ? "toneHeard" : "toneNot")); };
  await dialog({
    title: say("shift"),
    ok: say("shift"),
    fields: [
      h("label", { class: "field" }, h("span", { text: say("seat") }), seat, h("small", { text: say("seatHelp") })), wrong,
      h("label", { class: "check" }, sound, h("span", { text: say("sound") })),
      h("label", { class: "field" }, h("span", { text: say("volume") }), loud),
      h("button", { type: "button", class: "btn", text: say("tone"), on: { click: tone } }), heard,
    ],
    read: () => {
      if (!takeSeat(seat.value.trim())) { set(wrong, say("seatWrong")); return null; }
      turnSound(sound.checked, Number(loud.value));
      document.dispatchEvent(new Event("seat"));
      return true;
    },
  });
}
