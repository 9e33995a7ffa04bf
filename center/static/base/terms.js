// What alerts are made of in, its name in the chosen language out: grades, states, rules, things.

import { language, of, words } from "./words.js";

const GRADES = [null, ["紧急", "Emergency"], ["重要", "High"], ["一般", "Medium"], ["提示", "Low"]];
const LABELS = { person: "人员", bicycle: "自行车", car: "汽车", motorcycle: "摩托车", bus: "公交车", truck: "卡车", train: "列车", boat: "船", dog: "狗", cat: "猫", bird: "鸟", horse: "马", backpack: "背包", handbag: "手提包", suitcase: "行李箱" };
const RULES = {
  intrusion: ["区域入侵", "Intrusion"],
  "line-crossing": ["越线", "Line crossing"],
  loitering: ["徘徊逗留", "Loitering"],
  occupancy: ["人数或车辆超限", "Occupancy over the limit"],
  "wrong-direction": ["逆行", "Wrong direction"],
  "object-left": ["物品遗留", "Object left behind"],
  "object-taken": ["物品被移走", "Object taken away"],
  "stopped-vehicle": ["违规停车", "Stopped vehicle"],
  speed: ["超速", "Speed over the limit"],
  motion: ["画面变动", "Motion"],
  "signal-loss": ["视频信号丢失", "No video signal"],
  reconnecting: ["正在重新连接摄像机", "Reconnecting"],
  "camera-blind": ["摄像机被遮挡", "Camera covered"],
  "too-dark": ["画面过暗", "Picture too dark"],
  "too-bright": ["画面过亮", "Picture too bright"],
  "out-of-focus": ["画面失焦", "Out of focus"],
  "picture-frozen": ["画面冻结", "Picture frozen"],
  "scene-changed": ["摄像机被移动", "Camera moved"],
  "clock-drift": ["摄像机时钟偏差", "Clock of the camera is off"],
  "rate-changed": ["帧率变化", "Frame rate changed"],
  "size-changed": ["分辨率变化", "Picture size changed"],
  "help-point": ["求助按钮", "Help point pressed"],
  "door-forced": ["门被强行打开", "Door forced"],
  "door-held": ["门开启超时", "Door held open"],
  "door-opened": ["门已打开", "Door opened"],
  "badge-granted": ["刷卡通过", "Badge granted"],
  "badge-denied": ["刷卡被拒", "Badge denied"],
  "patrol-passed": ["巡更打卡", "Patrol passed"],
  "spool-overflow": ["盒子缓存已满，事件被丢弃", "Box full, events dropped"],
  "box-overreach": ["盒子越权", "Box oversteps its rights"],
};
const DAYS = { mon: "周一", tue: "周二", wed: "周三", thu: "周四", fri: "周五", sat: "周六", sun: "周日" };

const say = words({
  new: ["新", "New"],
  acknowledged: ["已确认", "Acknowledged"],
  dispatched: ["已派巡逻", "Patrol sent"],
  on_way: ["赶赴中", "On the way"],
  on_site: ["已到场", "On site"],
  shelved: ["已搁置", "Shelved"],
  closed: ["已关闭", "Closed"],
  withdrawn: ["已撤销", "Withdrawn"],
  joined: ["已合并", "Joined"],
  real: ["属实", "Real"],
  not_real: ["误报", "Not real"],
  no_trace: ["到场已无人", "Gone on arrival"],
  test: ["测试", "A test"],
  duplicate: ["重复", "Duplicate"],
  weather: ["天气", "Weather"],
  animal: ["动物", "Animal"],
  light: ["光线", "Light"],
  rule_too_wide: ["规则过宽", "Rule too wide"],
  fault: ["设备故障", "Fault"],
  always: ["全天", "always"],
  joinedCount: [(n) => `${n} 个事件合并为 1 条告警`, (n) => (n === 1 ? "1 event, 1 alert" : `${n} events joined into 1 alert`)],
});
export const OUTCOMES = ["real", "not_real", "no_trace", "test", "duplicate"];
export const CAUSES = ["weather", "animal", "light", "rule_too_wide", "fault"];

export const grade = (n) => of(GRADES[n]);
/** A state, an outcome or a cause. */
export const term = (name) => say(name);
export const thing = (label) => (language() === "zh" ? LABELS[label] || label : label);
export const rule = (name) => (RULES[name] ? of(RULES[name]) : name);
export const joined = (n) => say("joinedCount", n);
export function hours(armed) {
  if (armed === "always") return say("always");
  return armed.split(" ").map((part) => (language() === "zh" && DAYS[part]) || part.replace("-", "–")).join(" ");
}
/** What an alert is called: its entry's title, else its rule with the class of thing. */
export function title(alert) {
  if (alert.title) return alert.title;
  if (!alert.class) return rule(alert.rule);
  return language() === "zh" ? `${rule(alert.rule)}：${thing(alert.class)}` : `${rule(alert.rule)}, ${thing(alert.class)}`;
}
const FORMS = {
  single: ["", ""],
  counted: ["次数过多：", "too many of "],
  then: ["先后出现，最后是：", "one after the other, the last "],
  together: ["同时出现：", "at the same time "],
  nothing: ["应有而没有：", "nothing came of "],
  unbadged: ["进入人数多于刷卡数：", "more than badges were granted for: "],
};
/** Why there is an alert: what, where, when it is armed, and how much was joined. */
export function why(alert) {
  const many = alert.cameras.length, form = of(FORMS[alert.form] || FORMS.single);
  if (language() === "zh") {
    const what = alert.class ? `${rule(alert.rule)}（${thing(alert.class)}）` : rule(alert.rule);
    return `${alert.place_name}，${form}${what}，布防时段 ${hours(alert.armed)}。${joined(alert.events)}${many > 1 ? `，来自 ${many} 路设备` : ""}。`;
  }
  const what = alert.class ? `${rule(alert.rule).toLowerCase()} of class ${alert.class}` : rule(alert.rule).toLowerCase();
  return `${form}${what} at ${alert.place_name}, armed ${hours(alert.armed)}. ${joined(alert.events)}${many > 1 ? `, from ${many} sources` : ""}.`;
}
