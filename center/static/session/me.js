// Who is signed in, asked once for a page: `permissions`, `seat`, `via`, …; null while the centre does not say.

import { ask } from "../base/api.js";

let asked = null;
export const me = () => (asked ??= ask("/api/session").catch(() => { asked = null; return null; }));
