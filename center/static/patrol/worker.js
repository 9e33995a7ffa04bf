// A patrol's page, asked for without a line, in; what was kept of it out. Tasks and pictures are never kept here.

const KEPT = "tocsin-patrol", PAGE = "/p", WITHIN_MS = 3000, AGAIN_MS = 20000;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
/** The page names what it is made of. */
addEventListener("message", (event) => { if (event.data.keep) event.waitUntil(keep(event.data.keep)); });
async function keep(paths) {
  const cache = await caches.open(KEPT);
  await Promise.all([...paths, PAGE].map((path) => cache.add(path).catch(() => {})));
}
addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url), page = request.mode === "navigate";
  if (request.method !== "GET" || origin !== location.origin || !(page || pathname.startsWith("/static/"))) return;
  event.respondWith(fresh(request, page ? PAGE : pathname));
});
let lostUntil = 0;
/** From the centre, if it answers soon; else as it was kept, and so at once for a while. */
async function fresh(request, path) {
  const cache = await caches.open(KEPT), kept = await cache.match(path);
  if (kept && Date.now() < lostUntil) return kept;
  const answer = fetch(request).then(async (found) => { lostUntil = 0; if (found.ok) await cache.put(path, found.clone()); return found; });
  if (!kept) return answer;
  const lost = () => { lostUntil = Date.now() + AGAIN_MS; return kept; };
  return new Promise((done) => {
    const late = setTimeout(() => done(lost()), WITHIN_MS);
    answer.catch(lost).then((found) => { clearTimeout(late); done(found); });
  });
}
