// A shared worker: one stream for all tabs of this browser, which may hold only six connections.

import { Following } from "./following.js";

const tabs = new Map(); // and how far the stream had come when each joined
const following = new Following((told) => {
  if (told.kind === "anew") tabs.forEach((_, tab) => tabs.set(tab, 0));
  tabs.forEach((_, tab) => tab.postMessage(told));
});

addEventListener("connect", ({ ports: [tab] }) => {
  tabs.set(tab, following.revision ?? 0);
  tab.onmessage = ({ data }) => {
    if (data.gone) { tabs.delete(tab); if (!tabs.size) following.end(); }
    else if (data.from < tabs.get(tab)) tab.postMessage({ kind: "anew" }); // what came before it joined is not in what it asked for
    else following.from(data.from);
  };
  tab.postMessage({ kind: "joined" });
});
