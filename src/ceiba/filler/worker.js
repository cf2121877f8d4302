/* Keeps the pages of forms and everything they are made of, so that they open without a network.

   KEPT (above, written by the server) is a version, which changes with any of the files, their addresses, and where the
   pages begin. Nothing of anybody is kept here: the pages are the same for everybody, and what they show lies in the
   databases of one user each. What is not of the pages goes to the network and leaves no trace. */
"use strict";

const CACHE = `ceiba-fill-${KEPT.version}`;
const LIST = KEPT.home;
const FORM = `${KEPT.home}_/`; // any code gives the same page
const NETWORK_MS = 4000;

const pageOf = (path) => {
  if (path === LIST) return LIST;
  return path.startsWith(LIST) && /^[^/]+\/$/.test(path.slice(LIST.length)) ? FORM : null;
};

const fetchPages = async () => {
  const cache = await caches.open(CACHE);
  for (const page of [LIST, FORM]) {
    const response = await fetch(page, { cache: "reload", credentials: "same-origin" });
    if (!response.ok || response.redirected) throw new Error(`${page}: ${response.status}`);
    await cache.put(page, response);
  }
};

const fetchAll = async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll(KEPT.files.map((file) => new Request(file, { cache: "reload" })));
  await fetchPages();
};

const forgetOthers = async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith("ceiba-fill-") && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
};

/* The page from the network while that answers soon, else as it is kept. */
const open = async (request, page) => {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(page);
  const late = new Promise((_, fail) => setTimeout(fail, NETWORK_MS, new Error("late")));
  try {
    const fetched = fetch(request);
    const response = await (kept ? Promise.race([fetched, late]) : fetched);
    if (response.ok && !response.redirected) await cache.put(page, response.clone());
    return response.status >= 500 && kept ? kept : response;
  } catch (problem) {
    if (kept) return kept;
    throw problem;
  }
};

const fromCache = async (request) => (await (await caches.open(CACHE)).match(request)) ?? fetch(request);

self.addEventListener("install", (event) => event.waitUntil(fetchAll()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
self.addEventListener("message", (event) => {
  if (event.data === "pages") event.waitUntil(fetchPages().catch(() => {}));
  if (event.data === "take over") {
    const takeOver = async () => {
      const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
      if (!pages.some((page) => pageOf(new URL(page.url).pathname) === FORM)) await self.skipWaiting();
    };
    event.waitUntil(takeOver());
  }
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  const page = request.mode === "navigate" ? pageOf(pathname) : null;
  if (page) event.respondWith(open(request, page));
  else if (KEPT.files.includes(pathname)) event.respondWith(fromCache(request));
});
