// A shared worker: one stream for all tabs of this browser, which may hold only six connections.

import { Following } from "./following.js";

const tabs = new Set();
const following = new Following((told) => tabs.forEach((tab) => tab.postMessage(told)));

addEventListener("connect", ({ ports: [tab] }) => {
  tabs.add(tab);
  tab.onmessage = ({ data }) => {
    if (data.gone) { tabs.delete(tab); if (!tabs.size) following.end(); }
    else following.from(data.from);
  };
  tab.postMessage({ kind: "joined" });
});
