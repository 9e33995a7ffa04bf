// Who may not see a view in, what their roles are for out, with a way to each view that is theirs.

import { h } from "../base/dom.js";
import { roleName } from "../session/words.js";
import { NEEDS, TABS, served } from "./routes.js";
import { say } from "./words.js";

/** Whether somebody may see what a tab shows; who is not known yet may try. */
export const may = (who, tab) => !who || !tab || who.permissions.includes(NEEDS[tab]);

export function notTheirs(who, tab) {
  const theirs = TABS.filter((each) => served(each) && may(who, each)).sort((a, b) => (b === "users") - (a === "users"));
  return h("div", { class: "empty role" },
    h("h1", { text: say("notTheirs", say(tab)) }),
    h("ul", {}, who.roles.map((role) => h("li", {}, h("b", { text: roleName(role) }), ` ${say(`for_${role}`)}`))),
    theirs.length ? h("nav", { "aria-label": say("views") }, theirs.map((each, at) => h("a", { class: `btn${at ? "" : " pri"}`, href: `/${each}`, text: say(each) }))) : h("p", { text: say("noViews") }));
}
