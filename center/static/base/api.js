// A path in, what the centre answers out; a Problem when it refuses, Offline when it does not answer.

import { mySeat } from "./seat.js";

const WITHIN_MS = 8000;

/** The centre answered, and refused: `status`, `title`, `detail`, `type`, with 409 `alert`, `last`, with 429 `wait_s`. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || String(status));
    Object.assign(this, { type: "about:blank", title: "", detail: "", ...body, status });
  }
}
/** The centre did not answer, or not now; what was asked may be asked again. */
export class Offline extends Error {}

/** Ask for JSON. `body` makes it a POST, and so does a `file`; `key` makes it safe to ask again; `seen` is a revision. */
export async function ask(path, { method, body, file, key, seen, signal } = {}) {
  const headers = { Accept: "application/json", "Tocsin-Seat": mySeat() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  if (seen) headers["If-Match"] = `"${seen}"`;
  if (file) headers["Content-Type"] = file.type;
  const asked = { method: method || (body === undefined && !file ? "GET" : "POST"), headers, signal: signal || AbortSignal.timeout(WITHIN_MS) };
  if (body !== undefined) asked.body = JSON.stringify(body);
  if (file) asked.body = file;
  return read(await reach(path, asked));
}
async function reach(path, asked) {
  try {
    return await fetch(path, asked);
  } catch (error) {
    throw new Offline(error.message);
  }
}
async function read(answer) {
  if (answer.status === 502 || answer.status === 503 || answer.status === 504) throw new Offline(String(answer.status));
  const json = /json/.test(answer.headers.get("content-type") || "");
  const body = json ? await answer.json().catch(() => { throw new Offline("cut off"); }) : {};
  if (answer.status === 401) globalThis.dispatchEvent(new Event("signed-out"));
  if (!answer.ok) throw new Problem(answer.status, { ...body, wait_s: Number(answer.headers.get("retry-after")) || null });
  return body;
}
/** Every page of a list, at most `pages` of them. */
export async function askAll(path, name, pages = 10) {
  const found = [], url = new URL(path, location.origin);
  let first = null;
  for (let page = 0; page < pages; page++) {
    const body = await ask(url.pathname + url.search);
    first ??= body;
    found.push(...body[name]);
    if (!body.next) break;
    url.searchParams.set("cursor", body.next);
  }
  return { ...first, [name]: found };
}
export const inPath = encodeURIComponent;
