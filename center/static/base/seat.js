// The seat that works here: `?seat=` once, then as this browser remembers it.

import { kept } from "./kept.js";

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/;
let seat = kept.get("seat", "seat-1");
const asked = new URLSearchParams(location.search).get("seat");
if (asked && NAME.test(asked)) takeSeat(asked);

export const mySeat = () => seat;
export function takeSeat(name) {
  if (!NAME.test(name)) return false;
  seat = name;
  kept.set("seat", name);
  return true;
}
