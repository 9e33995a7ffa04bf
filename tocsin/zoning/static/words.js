// A key in, the page's words in the chosen language out.

const WORDS = {
  select: ["选择", "Select"],
  zones: ["画区域", "Draw a zone"],
  masks: ["画运动遮罩", "Draw a motion mask"],
  privacy_masks: ["画隐私遮挡", "Draw a privacy mask"],
  lines: ["画线", "Draw a line"],
  line: ["线", "line"],
  zone: ["区域", "zone"],
  mask: ["运动遮罩", "motion mask"],
  private: ["隐私遮挡", "privacy mask"],
  undo: ["撤销", "Undo"],
  fresh: ["换一帧", "New frame"],
  language: ["语言", "Language"],
  sheet: ["画面", "Picture"],
  shapes: ["已画", "Drawn"],
  none: ["还没有。选一种画法，在画面上点出各个角。", "None yet. Choose what to draw and click its corners on the picture."],
  name: ["名称", "Name"],
  remove: ["删除", "Delete"],
  save: ["保存", "Save"],
  show: ["生成 YAML", "Show the YAML"],
  yaml: ["粘贴到配置文件的摄像机下", "Paste it under a camera of your file"],
  saved: ["已保存", "Saved"],
  saving: ["正在保存", "Saving"],
  looking: ["正在取新的一帧", "Taking a new frame"],
  noFile: ["没有指定配置文件，不会保存", "No file was named: nothing is saved"],
  noPicture: [(why) => `没有脱敏画面：${why}`, (why) => `No redacted picture: ${why}`],
  point: [(n, all, x, y) => `第 ${n} / ${all} 点，横 ${x}%，纵 ${y}%`, (n, all, x, y) => `Point ${n} of ${all}, ${x} % across, ${y} % down`],
  hintSelect: ["拖动角或整个形状；空心点添加角；Delete 删除；方向键微移", "Drag a corner or the whole; a hollow point adds one; Delete removes; arrow keys move"],
  hintDraw: ["点出各个角；点第一个角（线则点最后一点）或按 Enter 结束；Esc 取消；直接按 Enter 在中间放一个", "Click the corners; the first one, a line's last one or Enter ends it; Esc gives up; Enter alone puts one in the middle"],
  least: ["点不够：区域和遮罩三个，线两个", "Too few points: a zone or mask needs three, a line two"],
  lost: ["页面的服务已停止", "The page's server does not answer"],
};

let lang = "en";
export const language = () => lang;
export function speak(chosen) { lang = chosen === "zh" ? "zh" : "en"; }
export function w(key, ...facts) {
  const said = WORDS[key][lang === "zh" ? 0 : 1];
  return typeof said === "function" ? said(...facts) : said;
}
