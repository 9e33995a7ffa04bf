// Events of one source in, its lives and what stands alone out: a life goes from its begin to its end, or on. Pure.

/** `{ key, from, to, ends, alone }` in Unix ms; a life that was not told to end goes on until `until`. */
export function livesOf(events, until) {
  const lives = new Map(), alone = [];
  for (const event of events) {
    const at = Date.parse(event.happened_at);
    if (!event.episode) { alone.push({ key: event.id, from: at, to: at, ends: true, alone: true }); continue; }
    const life = lives.get(event.episode) || { key: event.episode, from: at, to: at, ends: false, alone: false };
    lives.set(event.episode, { ...life, from: Math.min(life.from, at), to: Math.max(life.to, at), ends: life.ends || event.phase === "end" });
  }
  return [...[...lives.values()].map((life) => ({ ...life, to: life.ends ? life.to : Math.max(life.to, until) })), ...alone];
}
