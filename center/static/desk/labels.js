// Names on the plan and what else stands there in, where each name may stand out: none covers another. Pure.

const LATIN_PX = 7, WIDE_PX = 13, LINE_PX = 16, GAP_PX = 2;

/** About how wide a text is. */
export const widthOf = (text) => [...text].reduce((sum, sign) => sum + (sign > "\u2e80" ? WIDE_PX : LATIN_PX), 0);
/** A rectangle around a middle: left, top, right, bottom. */
export const boxOf = ([x, y], wide, high) => [x - wide / 2, y - high / 2, x + wide / 2, y + high / 2];
const meet = (one, other) => one[0] < other[2] + GAP_PX && other[0] < one[2] + GAP_PX && one[1] < other[3] && other[1] < one[3];

/** Labels `{ text, px: [x, y], wide, still }`, each with the first of `shifts` at which it covers nothing; one that stands `still` has only its own place, and those that have none are left out. */
export function cleared(labels, taken, shifts = [0, 20, -20, 36, -36]) {
  const full = [...taken], found = [];
  for (const label of labels) {
    const boxes = (label.still ? [0] : shifts).map((dy) => boxOf([label.px[0], label.px[1] + dy - LINE_PX / 4], label.wide ?? widthOf(label.text), LINE_PX));
    const free = boxes.findIndex((box) => !full.some((each) => meet(box, each)));
    if (free < 0) continue;
    full.push(boxes[free]);
    found.push({ ...label, dy: shifts[free] });
  }
  return found;
}
