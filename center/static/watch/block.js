// An entry of the watch list as values in, the lines of YAML that say the same out; and lines into a text. Pure.

const ORDER = ["id", "name", "place", "rule", "class", "device", "line", "direction", "at_least", "within_s", "then", "together", "nothing", "unbadged", "scope", "schedule", "grade", "merge_s", "tell", "acknowledge_within_s", "rises_to", "steps"];
const PLAIN = /^[A-Za-z\u4e00-\u9fff][\w\u4e00-\u9fff ./()-]*$/, SPECIAL = /^(true|false|null|yes|no|on|off|y|n)$/i;

/** One value on one line; JSON is YAML, and what needs no quotes has none. */
export function inline(value) {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (value && typeof value === "object") return `{${Object.entries(value).map(([key, item]) => `${key}: ${inline(item)}`).join(", ")}}`;
  if (typeof value !== "string") return String(value);
  return PLAIN.test(value) && !SPECIAL.test(value) && value.trim() === value && !/[,[\]{}#]|: /.test(value) ? value : JSON.stringify(value);
}
/** The lines of an entry, its dash at `indent` blanks; what is empty is left out. */
export function block(entry, indent = 2) {
  const left = " ".repeat(indent), known = ORDER.filter((key) => key in entry), others = Object.keys(entry).filter((key) => !ORDER.includes(key));
  const lines = [...known, ...others].filter((key) => !isEmpty(entry[key])).flatMap((key) => {
    const value = entry[key];
    if (key !== "steps") return [`${key}: ${key === "then" ? "" : inline(value)}`.trimEnd(), ...(key === "then" ? value.map((leg) => `  - ${inline(leg)}`) : [])];
    return ["steps:", ...value.map((step) => `  - ${inline(step)}`)];
  });
  return lines.map((line, index) => `${left}${index ? "  " : "- "}${line}`);
}
const isEmpty = (value) => value === undefined || value === null || value === "" || (Array.isArray(value) && !value.length);

/** The text with the lines `first` to `last` (from 1) replaced. */
export function replaced(text, { first, last }, lines) {
  const all = text.split("\n");
  return [...all.slice(0, first - 1), ...lines, ...all.slice(last)].join("\n");
}
/** How far an entry's dash stands in. */
export const indentOf = (text, { first }) => text.split("\n")[first - 1].search(/\S/);
/** The text with one more entry after all others. */
export function added(text, entries, entry) {
  const last = entries.at(-1);
  if (last) return replaced(text, { first: last.last + 1, last: last.last }, ["", ...block(entry, indentOf(text, last))]);
  const bare = text.replace(/^entries:\s*(\[\s*\])?\s*$/m, "").trimEnd();
  return `${bare}\n\nentries:\n${block(entry).join("\n")}\n`;
}
export function removed(text, where) {
  const gone = replaced(text, where, []), all = gone.split("\n");
  if (all[where.first - 1]?.trim() === "" && (all[where.first - 2] ?? "").trim() === "") all.splice(where.first - 1, 1);
  return all.join("\n");
}
