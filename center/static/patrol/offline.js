// The page of a patrol's phone in, the same without a line out, where the browser keeps pages: over https, or on this machine.

const WORKER = "/static/patrol/worker.js", SCOPE = "/p/";

/** Let a worker keep what this page is made of; without one the page works as long as it stays open. */
export async function keepPage() {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(WORKER, { scope: SCOPE });
    const { active } = await navigator.serviceWorker.ready;
    const parts = performance.getEntriesByType("resource").map((each) => new URL(each.name)).filter((url) => url.origin === location.origin && url.pathname.startsWith("/static/"));
    active.postMessage({ keep: [...new Set(parts.map((url) => url.pathname))] });
  } catch { /* a browser that keeps nothing: the page says when there is no signal */ }
}
