// Serves the app without a network. VERSION, FILES ({path: [hash, set]}) and NAMED (folders) are
// put before this text by the build, so a new build is a new service worker.
//
// Files are kept under their content's hash: an update fetches only what changed, and the old
// version keeps its own files until the new one is activated, which only the person's "Reload"
// (or closing every tab) does. What is fetched is checked against its hash, so a deployment in
// the middle of an install cannot mix two versions. What lies in a NAMED folder (the fonts of other
// scripts) never changes under its name: it is kept as soon as it has been used.

const STORE = "fieldbook-files";
const RENDERER = new URL(self.location).searchParams.get("renderer");

const NOT_THE_APP = ["/api/", "/calendar/", "/schema", "/metrics", "/health"];
const AT_ONCE = 4;
const PAGE = "/index.html";

const isWanted = (sets) => sets === "core" || sets.split(" ").includes(RENDERER);
const isNamed = (path) => NAMED.some((folder) => path.startsWith(folder));
const keyOf = (path) => `${path}?${FILES[path][0]}`;

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function fetchChecked(store, path) {
  const response = await fetch(path, { cache: "no-cache" });
  const right = response.ok
    && (await sha256(await response.clone().arrayBuffer())).startsWith(FILES[path][0]);
  if (right) await store.put(keyOf(path), response.clone());
  return { response, right };
}

async function precache() {
  const store = await caches.open(STORE);
  const queue = Object.keys(FILES).filter((path) => isWanted(FILES[path][1]));
  const work = async () => {
    for (let path = queue.pop(); path; path = queue.pop()) {
      if (await store.match(keyOf(path))) continue;
      if (!(await fetchChecked(store, path)).right) throw new Error(`${path} is not what was built`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function forgetOld() {
  const store = await caches.open(STORE);
  const current = new Set(Object.keys(FILES).map((path) => new URL(keyOf(path), self.location).href));
  const isCurrent = (url) => current.has(url) || isNamed(new URL(url).pathname);
  const kept = await store.keys();
  await Promise.all(kept.filter(({ url }) => !isCurrent(url)).map((key) => store.delete(key)));
}

async function serve(path) {
  const store = await caches.open(STORE);
  return (await store.match(keyOf(path))) ?? (await fetchChecked(store, path)).response;
}

// The page may be allowed more or less by its server than when it was kept: the next start knows.
async function refreshPage() {
  const store = await caches.open(STORE);
  await fetchChecked(store, PAGE).catch(() => {});
}

async function serveNamed(path) {
  const store = await caches.open(STORE);
  const kept = await store.match(path);
  if (kept) return kept;
  const response = await fetch(path);
  if (response.ok) await store.put(path, response.clone());
  return response;
}

// Map tiles are kept only where the server says so, by a line it puts at the end of this text. What
// the network gives is shown; what was seen before is there without it.
const TILES = "fieldbook-tiles";
const MOST_TILES = 2000;
let tilesFrom = null;

function keepTiles(origin) {
  tilesFrom = origin;
}

async function serveTile(request) {
  const store = await caches.open(TILES);
  try {
    const response = await fetch(request);
    if (response.ok) await keepTile(store, request, response.clone());
    return response;
  } catch (error) {
    const kept = await store.match(request);
    if (kept) return kept;
    throw error;
  }
}

async function keepTile(store, request, response) {
  await store.put(request, response);
  const kept = await store.keys();
  await Promise.all(kept.slice(0, Math.max(0, kept.length - MOST_TILES)).map((key) => store.delete(key)));
}

const isTile = ({ method, url }) => method === "GET" && new URL(url).origin === tilesFrom;

function pathFor(request) {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return null;
  if (NOT_THE_APP.some((prefix) => pathname.startsWith(prefix))) return null;
  const path = request.mode === "navigate" ? PAGE : pathname;
  return path in FILES || isNamed(path) ? path : null;
}

self.addEventListener("install", (event) => event.waitUntil(precache()));
self.addEventListener("activate", (event) => {
  const tiles = tilesFrom ? null : caches.delete(TILES);
  event.waitUntil(Promise.all([forgetOld(), tiles]).then(() => self.clients.claim()));
});
self.addEventListener("message", ({ data }) => {
  if (data === "activate") self.skipWaiting();
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then(([open]) =>
      open ? open.focus() : self.clients.openWindow("./")),
  );
});
self.addEventListener("fetch", (event) => {
  if (isTile(event.request)) {
    event.respondWith(serveTile(event.request));
    return;
  }
  const path = pathFor(event.request);
  if (path) event.respondWith(isNamed(path) ? serveNamed(path) : serve(path));
  if (path === PAGE) event.waitUntil(refreshPage());
});
