// A table of words in two languages in, a function that says them out: each view brings its own table.

let lang = "en";
export const language = () => lang;
export function speak(chosen) {
  lang = chosen === "zh" ? "zh" : "en";
  document.documentElement.lang = lang === "zh" ? "zh-Hans" : "en";
}
/** The one of `[中文, English]` that is spoken now. */
export const of = (pair) => pair[lang === "zh" ? 0 : 1];
/** `words({ open: ["开", "Open"], n: [(n) => …, (n) => …] })` gives `say("open")`, `say("n", 3)`. */
export function words(table) {
  return (key, ...facts) => {
    const said = of(table[key]);
    return typeof said === "function" ? said(...facts) : said;
  };
}
