// A key in, the console's words in the chosen language out.

const WORDS = {
  in10: ["条 / 10 分钟", "in 10 min"],
  live: ["实时", "Live"],
  connecting: ["正在连接", "Connecting"],
  lostFor: [(t) => `连接中断 ${t}`, (t) => `Connection lost ${t}`],
  theme: ["切换明暗", "Switch theme"],
  language: ["语言", "Language"],
  queue: ["告警队列", "Alert queue"],
  open: ["待办告警", "Open alerts"],
  none: ["没有待办告警", "No open alerts"],
  noneMore: ["有新告警会出现在这里。", "New ones appear here by themselves."],
  select: ["选择一条告警查看详情", "Select an alert to see it here"],
  selected: ["所选告警", "Selected alert"],
  toAck: [(n) => `${n} 条未确认`, (n) => `${n} to acknowledge`],
  allAck: ["全部已确认", "all acknowledged"],
  new: ["新", "New"],
  acknowledged: ["已确认", "Acknowledged"],
  dispatched: ["已派巡逻", "Patrol sent"],
  on_site: ["已到场", "On site"],
  goesOn: ["持续中", "Going on"],
  silent: [(t) => `${t} 后没有消息`, (t) => `No word since ${t}`],
  endedAt: [(t) => `${t} 已结束`, (t) => `Ended ${t}`],
  ended: ["已结束", "Ended"],
  phase_begin: ["开始", "begins"],
  phase_update: ["持续", "goes on"],
  phase_end: ["结束", "ends"],
  phase_again: ["图像到达", "its picture"],
  phase_unwatched: ["结束：已无人看守", "ends: no longer watched"],
  nEvents: [(n) => `${n} 个事件`, (n) => (n === 1 ? "1 event" : `${n} events`)],
  joined: [(n) => `${n} 个事件合并为 1 条告警`, (n) => (n === 1 ? "1 event, 1 alert" : `${n} events joined into 1 alert`)],
  asOf: [(t) => `显示的是 ${t} 的数据`, (t) => `Showing data as of ${t}`],
  again: ["正在重连。您的操作会保存，连上后按顺序发送。", "Reconnecting. Your actions are kept and sent in order."],
  saved: [(n) => `${n} 条操作已存`, (n) => (n === 1 ? "1 action saved" : `${n} actions saved`)],
  flood: [(n) => `告警洪峰：10 分钟 ${n} 条`, (n) => `Alarm flood: ${n} in 10 min`],
  floodMore: ["没有丢弃任何告警。", "Nothing is dropped."],
  picture: ["画面", "Picture"],
  redacted: ["已脱敏", "Redacted"],
  noPicture: ["没有脱敏画面", "No redacted picture"],
  noneChosen: ["未选择告警", "No alert selected"],
  events: ["事件", "Events"],
  seen: ["拍摄时间", "Seen"],
  camera: ["摄像机", "Camera"],
  what: ["目标", "What"],
  count: ["数量", "Count"],
  sure: ["置信度", "Score"],
  delay: ["到达用时", "Arrived after"],
  cameras: ["摄像机", "Cameras"],
  camerasCount: [(live, all) => `${live} / ${all} 路有画面`, (live, all) => `${live} of ${all} live`],
  cam_live: ["正常", "Live"],
  cam_blind: ["被遮挡", "Covered"],
  cam_lost: ["无画面", "Lost"],
  cam_connecting: ["正在连接", "Connecting"],
  whyGrade: [(n) => `为什么是 ${n} 级：`, (n) => `Why grade ${n}:`],
  steps: ["处置步骤", "Steps"],
  log: ["记录", "Log"],
  openedAt: [(n) => `开启，${n} 级`, (n) => `Opened at grade ${n}`],
  joinedBy: [(n, c) => `共合并 ${n} 个事件，来自 ${c}`, (n, c) => `${n} events joined, from ${c}`],
  tookOn: ["已确认", "Acknowledged"],
  place: ["地点", "Place"],
  armed: ["布防时段", "Armed"],
  always: ["全天", "always"],
  number: ["编号", "Number"],
  ack: ["确认", "Acknowledge"],
  boxes: [(n, all) => `盒子 ${n} / ${all} 在线`, (n, all) => `Boxes ${n} of ${all} online`],
  camsLive: [(n) => `${n} 路摄像机正常`, (n) => (n === 1 ? "1 camera live" : `${n} cameras live`)],
  camsOut: [(n) => `摄像机 ${n} 路无画面`, (n) => (n === 1 ? "1 camera without picture" : `${n} cameras without picture`)],
  last: [(t) => `最新事件 ${t}前`, (t) => `Last event ${t} ago`],
  noEvent: ["还没有事件", "No event yet"],
  broker: ["消息服务重启中，盒子会保留事件", "Broker restarting; the boxes keep their events"],
  move: ["上下", "move"],
  urgent: ["最紧急", "most urgent"],
  filter: ["按级筛选", "filter"],
  refused: ["没有成功，请再试一次", "That did not work. Try again."],
};
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
};
const DAYS = { mon: "周一", tue: "周二", wed: "周三", thu: "周四", fri: "周五", sat: "周六", sun: "周日" };

let lang = "en";
export const language = () => lang;
export function speak(chosen) { lang = chosen === "zh" ? "zh" : "en"; }
const of = (pair) => pair[lang === "zh" ? 0 : 1];
export function w(key, ...facts) {
  const said = of(WORDS[key]);
  return typeof said === "function" ? said(...facts) : said;
}
export const grade = (n) => of(GRADES[n]);
export const thing = (label) => (lang === "zh" ? LABELS[label] || label : label);
export const rule = (name) => (RULES[name] ? of(RULES[name]) : name);
export const hours = (armed) => (armed === "always" ? w("always") : armed.split(" ").map((part) => (lang === "zh" && DAYS[part]) || part.replace("-", "–")).join(" "));
export function title(alert) {
  if (!alert.class) return rule(alert.rule);
  return lang === "zh" ? `${rule(alert.rule)}：${thing(alert.class)}` : `${rule(alert.rule)}, ${thing(alert.class)}`;
}
export function why(alert) {
  const cams = alert.cameras.length;
  if (lang === "zh") return `${alert.place_name}出现${title(alert)}，布防时段 ${hours(alert.armed)}。${w("joined", alert.events)}，来自 ${cams} 路摄像机。`;
  const what = alert.class ? `${rule(alert.rule).toLowerCase()} of class ${alert.class}` : rule(alert.rule).toLowerCase();
  return `${what} at ${alert.place_name}, armed ${hours(alert.armed)}. ${w("joined", alert.events)}, from ${cams === 1 ? "1 camera" : `${cams} cameras`}.`;
}
