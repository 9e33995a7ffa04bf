// What this browser remembers between visits: a name in, a value out; nothing where it may not.

export const kept = {
  get(name, otherwise = null) {
    try { return JSON.parse(localStorage.getItem(`tocsin.${name}`)) ?? otherwise; } catch { return otherwise; }
  },
  set(name, value) {
    try { localStorage.setItem(`tocsin.${name}`, JSON.stringify(value)); } catch { /* a private window keeps nothing */ }
  },
};

const heard = new Map(), channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("tocsin") : null;
if (channel) channel.onmessage = ({ data }) => heard.get(data.name)?.forEach((act) => act(data.value));
/** Tell all other pages of this browser, and those that open later. */
export function share(name, value) {
  kept.set(name, value);
  channel?.postMessage({ name, value });
}
/** Hear what other pages share; returns how to stop. */
export function shared(name, act) {
  if (!heard.has(name)) heard.set(name, new Set());
  heard.get(name).add(act);
  return () => heard.get(name).delete(act);
}
