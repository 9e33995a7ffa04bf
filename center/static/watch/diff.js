// Two texts in, what was taken out and put in line by line out: the longest common lines stay. Pure.

const MOST = 2_000_000;

/** `[{ sign: " " | "-" | "+", text, at }]`; `at` is the line in the text that the sign belongs to, from 1. */
export function diff(before, after) {
  const a = before.split("\n"), b = after.split("\n");
  let head = 0, tail = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const middle = changed(a.slice(head, a.length - tail), b.slice(head, b.length - tail), head);
  const same = (from, to, shift) => a.slice(from, to).map((text, index) => ({ sign: " ", text, at: from + index + 1 + shift }));
  return [...same(0, head, 0), ...middle, ...same(a.length - tail, a.length, b.length - a.length)];
}
function changed(a, b, head) {
  if (a.length * b.length > MOST) return [...a.map((text, i) => ({ sign: "-", text, at: head + i + 1 })), ...b.map((text, i) => ({ sign: "+", text, at: head + i + 1 }))];
  const long = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) long[i][j] = a[i] === b[j] ? long[i + 1][j + 1] + 1 : Math.max(long[i + 1][j], long[i][j + 1]);
  const found = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (i < a.length && j < b.length && a[i] === b[j]) { found.push({ sign: " ", text: b[j], at: head + ++j }); i += 1; }
    else if (i < a.length && (j === b.length || long[i + 1][j] >= long[i][j + 1])) found.push({ sign: "-", text: a[i], at: head + ++i });
    else found.push({ sign: "+", text: b[j], at: head + ++j });
  }
  return found;
}
export const counts = (lines) => ({ out: lines.filter((each) => each.sign === "-").length, in: lines.filter((each) => each.sign === "+").length });
/** Only what changed, with a few lines around it; `null` stands for what was left out. */
export function around(lines, room = 2) {
  const near = lines.map((_, index) => lines.slice(Math.max(0, index - room), index + room + 1).some((each) => each.sign !== " "));
  return lines.flatMap((line, index) => (near[index] ? [line] : near[index - 1] || index === 0 ? [null] : []));
}
