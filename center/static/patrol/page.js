// A link's token in, the page of a patrol's phone out: one task, one thing to press, and no signal needed to press it.

import { ask, inPath, Problem } from "../base/api.js";
import { h, icon, set, show } from "../base/dom.js";
import { kept } from "../base/kept.js";
import { ago, clock, everySecond, now, setClock } from "../base/time.js";
import { language } from "../base/words.js";
import { speakTo } from "../shell/main.js";
import { setTheme } from "../shell/top.js";
import { acts } from "./acts.js";
import { head, picture, story, todo, where } from "./parts.js";
import { keepPage } from "./offline.js";
import { photos } from "./photos.js";
import { foreseen, Saved } from "./saved.js";
import { say } from "./words.js";

export const style = "/static/patrol/patrol.css";
export const bare = true;
const EVERY_S = 10, AGAIN_S = 3;

/** Open the task behind a token. */
export function open(root, { id: token }) {
  const page = new PatrolPage(root, token || "");
  page.begin();
  return { title: say("title"), close: () => page.close() };
}

class PatrolPage {
  constructor(root, token) {
    Object.assign(this, { root, token, view: null, over: null, heardAt: null, lost: false, wait: 0, asking: false, why: "" });
    this.saved = new Saved(token, { told: (view) => this.take(view), refused: (error) => this.refuse(error) });
    this.name = `task.${token.slice(0, 16)}`;
    Object.assign(this, kept.get(this.name, {}));
    this.build();
  }
  build() {
    this.photos = photos(this.token, (view) => { this.take(view); this.draw(); });
    this.parts = [head(), where(), todo(), picture(this.token), this.photos, story()];
    this.top = { unit: h("span", { class: "pill" }), state: h("span", { class: "state", role: "status" }), conn: h("span", { class: "conn" }, h("i"), h("span")), time: h("b") };
    this.warn = h("p", { class: "warn", role: "status" });
    this.ends = h("section", { class: "ends", role: "status" }, h("h2"), h("p"));
    this.acts = acts((step, more) => this.tell(step, more), () => this.photos.take());
    this.body = h("div", { class: "task" }, this.parts.map((part) => part.node));
    const themes = () => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    this.root.append(h("div", { class: "phone" },
      h("header", {}, this.top.unit, this.top.state, h("span", { class: "sp" }), this.top.conn,
        h("button", { class: "icb", text: say("language"), on: { click: () => speakTo(language() === "zh" ? "en" : "zh") } }),
        h("button", { class: "icb", "aria-label": say("theme"), on: { click: themes } }, icon("sun")), this.top.time),
      this.warn, h("div", { class: "rest" }, this.ends, this.body), this.acts.node));
  }
  begin() {
    const now_ = () => this.look();
    const awake = () => { if (!document.hidden) this.look(); };
    addEventListener("online", now_);
    document.addEventListener("visibilitychange", awake);
    this.stops = [everySecond(() => this.tick()), () => removeEventListener("online", now_), () => document.removeEventListener("visibilitychange", awake)];
    this.draw();
    this.look().then(() => { if (!this.over) keepPage(); });
  }
  close() { this.photos.close(); this.stops.forEach((stop) => stop()); }
  tick() {
    if (!document.hidden && !this.over && --this.wait <= 0) this.look();
    this.draw();
  }
  /** Tell what is saved, then ask how the task is. */
  async look() {
    if (this.asking || this.over) return;
    this.asking = true;
    this.wait = EVERY_S;
    try {
      await this.saved.send();
      this.take(await ask(`/api/tasks/${inPath(this.token)}`));
    } catch (error) {
      if (error instanceof Problem && error.status < 500 && error.status !== 429) this.over = error.status === 410 ? "expired" : "unknown";
      else { this.lost = true; this.wait = AGAIN_S; }
    } finally { this.asking = false; }
    if (this.over) kept.set(this.name, null);
    this.draw();
    if (!this.over && !this.lost && this.saved.actions.length) this.look(); // pressed while it asked
  }
  take(view) {
    setClock(view.now);
    Object.assign(this, { view, lost: false, heardAt: Date.now() });
    kept.set(this.name, { view, heardAt: this.heardAt });
  }
  refuse(error) {
    if (error.status === 410) this.over = "expired";
    else this.why = say("refused", error.detail || error.message);
  }
  /** What a thumb did: it shows at once, and is told when it can be. */
  tell(step, more) {
    this.why = "";
    this.saved.put(step, more);
    this.draw();
    this.look();
  }
  draw() {
    const waiting = this.saved.actions, task = this.view && foreseen(this.view.task, waiting);
    set(this.top.time, clock(new Date(now())).slice(0, 5));
    this.drawLine(waiting.length);
    show(this.body, task && !this.over);
    this.drawEnds(task, waiting.length);
    show(this.acts.node, task && !this.over);
    if (!task || this.over) return;
    set(this.top.unit, task.patrol_name);
    set(this.top.state, say(task.state));
    for (const part of this.parts) part.draw({ ...this.view, task });
    this.acts.draw(task.state);
  }
  drawLine(many) {
    this.root.classList.toggle("cut", this.lost);
    const age = this.heardAt ? (Date.now() - this.heardAt) / 1000 : 0;
    set(this.top.conn.lastChild, this.lost ? say("offline", ago(age)) : this.view ? say("live") : "");
    const warn = this.lost && many ? say("saved", many) : this.lost && this.view ? say("noSignal") : this.why;
    set(this.warn, this.over ? "" : warn);
  }
  drawEnds(task, many) {
    const [title, text] = this.ended(task, many);
    show(this.ends, title);
    set(this.ends.firstChild, title || "");
    set(this.ends.lastChild, text || "");
  }
  ended(task, many) {
    if (this.over) return [say(this.over), say(`${this.over}Help`)];
    if (!task) return [say("waiting"), this.lost ? say("noLine") : ""];
    if (task.state === "recalled") return [say("recalled"), say("overRecalled")];
    if (task.state === "done") return [say("done"), many ? say("overSaved") : say(task.outcome === "real" && this.view.alert_state !== "closed" ? "overRealDone" : "overDone")];
    return this.view.alert_state === "closed" ? [say("closedMeanwhile"), ""] : [];
  }
}
