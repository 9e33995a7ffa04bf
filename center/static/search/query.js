// A search as it is typed in, its words out; and a word put in, taken out or replaced. Pure.

/** `place:yard grade:1 a7f2` as `[{ key, value }, …]`; what has no key is part of a number. */
export function wordsOf(q) {
  return q.split(/\s+/).filter(Boolean).map((word) => {
    const at = word.indexOf(":");
    return at < 0 ? { key: "number", value: word } : { key: word.slice(0, at), value: word.slice(at + 1) };
  });
}
export const textOf = (tokens) => tokens.map(({ key, value }) => (key === "number" ? value : `${key}:${value}`)).join(" ");
export const valuesOf = (q, key) => wordsOf(q).filter((token) => token.key === key).map((token) => token.value);
export const has = (q, key, value) => valuesOf(q, key).includes(value);
/** Put a word in, or take it out where it is. */
export const turned = (q, key, value) => (has(q, key, value) ? without(q, key, value) : textOf([...wordsOf(q), { key, value }]));
export const without = (q, key, value) => textOf(wordsOf(q).filter((token) => token.key !== key || token.value !== value));
/** Let a key have one value, or none. */
export function only(q, key, value) {
  const others = wordsOf(q).filter((token) => token.key !== key);
  return textOf(value ? [...others, { key, value }] : others);
}
