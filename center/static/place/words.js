// Words of places and cameras, wherever they stand.

import { words } from "../base/words.js";

export const say = words({
  live: ["有画面", "Live"],
  connecting: ["连接中", "Connecting"],
  blind: ["被遮挡", "Covered"],
  lost: ["无信号", "No signal"],
  unheard: ["未报到", "Not heard of"],
  district: ["区", "District"],
  street: ["街道", "Street"],
  community: ["社区", "Community"],
  place: ["地点", "Place"],
  starting: ["正在打开画面", "Starting"],
  hidden: ["已暂停", "Paused"],
  refused: [(why) => `没有画面：${why}`, (why) => `No picture: ${why}`],
  offline: ["没有连接", "No connection"],
  late: ["还没有画面", "No picture has come yet"],
  stale: [(t) => `${t} 没有新画面`, (t) => `No new picture for ${t}`],
  ofEvent: [(t) => `最近一次事件的画面，${t}前`, (t) => `Picture of the last event, ${t} ago`],
  redacted: ["已脱敏", "Redacted"],
  open: [(n) => `${n} 条待办`, (n) => `${n} open`],
  noOpen: ["没有待办告警", "No open alerts"],
  cameras: ["摄像机", "Cameras"],
  noCameras: ["这里没有摄像机", "No camera here"],
  holds: ["下属地点", "What it holds"],
  entries: ["在这里的布防", "What is watched here"],
  noEntries: ["这里没有布防条目", "Nothing is watched here"],
  contacts: ["联系", "Contacts"],
  newest: ["最近的告警", "Newest alerts"],
  noAlerts: ["还没有告警", "No alert yet"],
  all: ["检索全部", "Search all"],
  none: ["没有这个地点或摄像机，或者您没有查看的权限。", "There is no such place or camera, or you may not see it."],
  loading: ["正在载入", "Loading"],
  health: ["状况", "How it does"],
  state: ["状态", "State"],
  box: ["盒子", "Box"],
  heard: ["心跳", "Heartbeat"],
  size: ["画面", "Picture"],
  rate: ["帧率", "Frames per second"],
  decoded: ["解码", "Decoded per second"],
  mode: ["模式", "Mode"],
  events: ["事件", "Events"],
  reconnects: ["重连", "Reconnects"],
  trouble: ["故障", "Trouble"],
  gradeOf: [(n, name) => `${n} 级 ${name}`, (n, name) => `Grade ${n} ${name}`],
  since: [(t) => `${t}前`, (t) => `${t} ago`],
});
/** How a camera does, in words. */
export const stateOf = (camera) => (["live", "connecting", "blind", "lost", "unheard"].includes(camera.state) ? say(camera.state) : camera.state);
/** What a camera is called. */
export const nameOf = (camera) => camera.name || camera.camera;
/** Where the page of a camera is; boxes may have cameras of one name. */
export const pathOf = (camera) => `/cameras/${encodeURIComponent(camera.camera)}${camera.box ? `?box=${encodeURIComponent(camera.box)}` : ""}`;
