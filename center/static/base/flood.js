// How many alerts opened in 10 minutes in, whether that is a flood out: above 10 it is, below 5 it ends.

import { watch } from "./alerts.js";
import { setFlood } from "./sound.js";

export const LIMIT = 10, ENDS_BELOW = 5;
/** Whether it is one now, when it was one before or not (ISA-18.2). */
export const flooded = (rate, before) => rate > LIMIT || (before && rate >= ENDS_BELOW);
export const rateOf = (status) => status.minutes.reduce((sum, n) => sum + n, 0);

let now = false;
export const isFlood = () => now;
watch((what, status) => {
  if (what !== "status") return;
  now = flooded(rateOf(status), now);
  setFlood(now);
});
