// A path in, the view that shows it out. A view is a module: `open(root, facts)` gives `{ title, close }`.

export const ROUTES = [
  [/^\/desk$/, () => import("../desk/desk.js"), "desk"],
  [/^\/desk\/(?<part>map|wall)$/, () => import("../desk/screen.js"), "desk"],
  [/^\/alerts\/(?<id>[^/]+)$/, () => import("../alert/page.js"), "desk"],
  [/^\/search$/, () => import("../search/search.js"), "search"],
  [/^\/health$/, () => import("../health/health.js"), "health"],
  [/^\/watch(?:\/(?<id>\d+))?(?<dry>\/dry-run)?$/, () => import("../watch/watch.js"), "watch"],
  [/^\/places\/(?<id>[^/]+)$/, () => import("../place/place.js"), "desk"],
  [/^\/cameras\/(?<id>[^/]+)$/, () => import("../place/camera.js"), "desk"],
  [/^\/reports(?:\/alarms|\/shift\/(?<shift>[\d-]+))?$/, () => import("../reports/reports.js"), "reports"],
  [/^\/users$/, () => import("../users/users.js"), "users"],
  [/^\/sign-in$/, () => import("../session/signin.js"), null],
  [/^\/p(?:\/(?<id>[^/]+))?$/, () => import("../patrol/page.js"), null],
];
/** Tabs of the top bar, in their order; only those that a route serves are shown. */
export const TABS = ["desk", "search", "watch", "health", "reports", "users"];
/** What one must be permitted for each of them. */
export const NEEDS = { desk: "alerts.read", search: "alerts.read", watch: "watch-list.read", health: "health.read", reports: "reports.read", users: "users.manage" };

/** The route of a path, with what its groups caught; null when there is none. */
export function routed(path) {
  for (const [pattern, load, tab] of ROUTES) {
    const found = pattern.exec(path);
    if (found) return { load, tab, facts: found.groups || {} };
  }
  return null;
}
export const served = (tab) => routed(`/${tab}`) !== null;
