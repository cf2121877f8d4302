/* Keeps the verifier's pages and everything they are made of, so that they open and verify without a network.

   KEPT (above, written by whoever serves the page) is a version, which changes with any of the files, and the files.
   What is kept is answered from here; a request that says "reload" is the officer's wish to ask the network. */
"use strict";

const PREFIX = "ceiba-verify-";
const CACHE = PREFIX + KEPT.version;
const addresses = KEPT.files.map((file) => new URL(file, self.location).href);

const keepAll = async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll(addresses.map((address) => new Request(address, { cache: "reload" })));
  await self.skipWaiting();
};

const forgetOthers = async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
};

const fromCache = async (request) => (await (await caches.open(CACHE)).match(request, { ignoreSearch: true })) ?? fetch(request);

self.addEventListener("install", (event) => event.waitUntil(keepAll()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const isReload = request.cache === "reload" && request.mode !== "navigate";
  if (request.method === "GET" && !isReload && addresses.includes(origin + pathname)) event.respondWith(fromCache(request));
});
