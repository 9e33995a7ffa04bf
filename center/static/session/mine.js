// Who is signed in, a button that says the seat out; behind it roles, places, the password, and the way out.

import { ask } from "../base/api.js";
import { dialog } from "../base/dialog.js";
import { h, set, show } from "../base/dom.js";
import { takeSeat } from "../base/seat.js";
import { hour } from "../base/time.js";
import { toast } from "../base/toast.js";
import { me } from "./me.js";
import { roleName, say } from "./words.js";

const SHORTEST = 12;

/** A button that shows itself once it knows that somebody is signed in. */
export function mine() {
  const button = h("button", { class: "btn quiet", id: "you", hidden: true });
  me().then((who) => {
    if (who?.via !== "session") return;
    takeSeat(who.seat);
    document.dispatchEvent(new Event("seat"));
    set(button, who.seat);
    button.setAttribute("aria-label", say("you", who.seat));
    button.addEventListener("click", () => about(who));
    show(button, true);
  });
  return button;
}
/** End this session, or all of them, and ask who comes next. */
export async function signOut(everywhere = false) {
  await ask(`/api/session${everywhere ? "?everywhere=true" : ""}`, { method: "DELETE" }).catch(() => {});
  location.assign("/sign-in");
}
function about(who) {
  const facts = [["seat", who.seat], ["roles", who.roles.map(roleName).join(", ")], ["places", who.everywhere ? say("everywhere") : who.places.join(", ")], ["until", who.ends_at && hour(who.ends_at)]].filter(([, text]) => text);
  const old = h("input", { type: "password", autocomplete: "current-password", maxlength: 1024 }), fresh = h("input", { type: "password", autocomplete: "new-password", minlength: SHORTEST, maxlength: 1024 });
  const said = h("p", { class: "wrong", role: "alert" });
  const change = async () => {
    try {
      await ask("/api/session/password", { method: "PUT", body: { old: old.value, new: fresh.value } });
      old.value = fresh.value = "";
      set(said, "");
      toast(say("changed"));
    } catch (error) { set(said, error.message); }
  };
  return dialog({
    title: say("you", who.seat), ok: "", read: () => null,
    fields: [
      h("dl", { class: "facts" }, facts.flatMap(([key, text]) => [h("dt", { text: say(key) }), h("dd", { text })])),
      h("details", {}, h("summary", { text: say(who.password ? "change" : "set") }), h("div", { class: "fields" }, who.password && h("label", { class: "field" }, h("span", { text: say("old") }), old), h("label", { class: "field" }, h("span", { text: say("fresh") }), fresh), said, h("button", { type: "button", class: "btn", text: say(who.password ? "change" : "set"), on: { click: change } }))),
      h("div", { class: "outs" }, h("button", { type: "button", class: "btn", id: "sign-out", text: say("out"), on: { click: () => signOut() } }), h("button", { type: "button", class: "btn", text: say("outAll"), on: { click: () => signOut(true) } })),
    ],
  });
}
