// A user in, or nobody, what they are to be out: a dialog with name, seat, roles and places.

import { dialog } from "../base/dialog.js";
import { h, set } from "../base/dom.js";
import { roleName } from "../session/words.js";
import { say } from "./words.js";

const ROLES = ["operator", "patrol", "supervisor", "auditor", "custodian", "administrator"];
const NAME = "[a-z0-9][a-z0-9_.@\\-]{0,59}", SEAT = "[A-Za-z0-9][A-Za-z0-9_.\\-]{0,39}";

/** `{ name, seat, roles, places, everywhere }`, or null. */
export function person(user, places) {
  const field = (word, help, facts) => { const input = h("input", { type: "text", autocomplete: "off", ...facts }); return [input, h("label", { class: "field" }, h("span", { text: say(word) }), input, h("small", { text: say(help) }))]; };
  const [name, nameField] = field("name", "nameHelp", { pattern: NAME, required: true, id: "user-name", readonly: Boolean(user) });
  const [seat, seatField] = field("seat", "seatHelp", { pattern: SEAT, id: "user-seat" });
  name.value = user?.name || "";
  seat.value = user?.seat || "";
  const box = (value, text, on) => { const input = h("input", { type: "checkbox", value }); input.checked = on; return h("label", { class: "check" }, input, h("span", { text })); };
  const roles = ROLES.map((role) => box(role, roleName(role), user?.roles.includes(role)));
  const all = box("*", say("everywhere"), user?.everywhere), some = places.map((each) => box(each.id, each.name, user?.places.includes(each.id)));
  const list = h("div", { class: "checks" }, some), wrong = h("p", { class: "wrong", role: "alert" });
  const turn = () => { const on = all.firstChild.checked; for (const each of some) each.firstChild.disabled = on; };
  all.addEventListener("change", turn);
  turn();
  const ticked = (boxes) => boxes.map((each) => each.firstChild).filter((input) => input.checked).map((input) => input.value);
  return dialog({
    title: user ? `${say("edit")}: ${user.name}` : say("add"), ok: say(user ? "save" : "make"), wide: true,
    fields: [
      nameField, seatField,
      h("fieldset", {}, h("legend", { text: say("roles") }), h("div", { class: "checks", id: "user-roles" }, roles)),
      h("fieldset", {}, h("legend", { text: `${say("places")}, ${say("placeHelp")}` }), all, h("div", { id: "user-places" }, list)), wrong,
    ],
    read() {
      const wish = { name: name.value.trim(), seat: seat.value.trim() || null, roles: ticked(roles), everywhere: all.firstChild.checked };
      wish.places = wish.everywhere ? [] : ticked(some);
      if (!wish.roles.length || !(wish.everywhere || wish.places.length)) { set(wrong, say("needRole")); return null; }
      return wish;
    },
  });
}
