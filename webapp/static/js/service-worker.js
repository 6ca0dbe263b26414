// Keeps the app usable without network. The server writes RELEASE above this text: its version,
// the files that the shell needs (`files`) and those that are kept once they were used (`later`).
// Here is no state: what waits to be sent is in IndexedDB, which no release touches.
/* global RELEASE */
const SHELL = "/offline";
const FILES = `files-${RELEASE.version}`;
const VENUES = "venues";
const MOST_VENUES = 50;
// The screen of a gate, as its officer last saw it: it holds nothing of anybody who was scanned.
const GATE = "gate";
// Then a page that is slow to answer is as good as away.
const PATIENCE = 4000;
const WITH_SHELL = /^\/(c\/[^/]+|r\/[^/]+|scan|offline)$/;
const OURS = /^\/(modules|static)\//;

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(FILES).then((files) => files.addAll([SHELL, ...RELEASE.files])));
});

addEventListener("activate", (event) => event.waitUntil(replaceOlder()));

async function replaceOlder() {
  for (const name of await caches.keys())
    if (name !== FILES && name !== VENUES && name !== GATE) await caches.delete(name);
  await clients.claim();
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (WITH_SHELL.test(pathname)) event.respondWith(page(request));
    else if (pathname === "/gate") event.respondWith(gate(request));
    // Nobody is signed in here any more.
    else if (pathname === "/sign-in") event.waitUntil(caches.delete(GATE));
  } else if (OURS.test(pathname)) {
    event.respondWith(file(request, RELEASE.later.includes(pathname + search)));
  } else if (pathname.startsWith("/api/v1/codes/")) {
    event.respondWith(venue(request));
  }
});

// Rejects where the network is away, or too slow to wait for.
function fetched(request) {
  const late = new Promise((_, reject) => setTimeout(reject, PATIENCE, new Error("slow")));
  return Promise.race([fetch(request), late]);
}

async function page(request) {
  const shell = () => caches.match(SHELL, { cacheName: FILES, ignoreVary: true });
  try {
    const answer = await fetched(request);
    return (answer.status >= 500 && (await shell())) || answer;
  } catch {
    return (await shell()) ?? Response.error();
  }
}

async function gate(request) {
  const last = () =>
    caches.match(request, { cacheName: GATE, ignoreSearch: true, ignoreVary: true });
  try {
    const answer = await fetched(request);
    if (answer.ok) await (await caches.open(GATE)).put(request, answer.clone());
    else if (answer.status < 500) await caches.delete(GATE);
    return (answer.status >= 500 && (await last())) || answer;
  } catch {
    return (await last()) ?? Response.error();
  }
}

async function file(request, isToBeKept) {
  const files = await caches.open(FILES);
  const found = await files.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (isToBeKept && answer.ok) await files.put(request, answer.clone());
  return answer;
}

// Names of venues may be kept: they stand on posters. When one was asked for is not.
async function venue(request) {
  const venues = await caches.open(VENUES);
  try {
    const answer = await fetched(request);
    if (answer.ok) {
      const headers = { "Content-Type": "application/json" };
      await venues.put(request.url, new Response(await answer.clone().text(), { headers }));
      const known = await venues.keys();
      for (const old of known.slice(0, -MOST_VENUES)) await venues.delete(old);
    }
    return answer;
  } catch {
    return (await venues.match(request.url)) ?? Response.error();
  }
}

// A page told in which language it is: the shell speaks the same.
addEventListener("message", (event) => {
  if (event.data?.language) event.waitUntil(speak(event.data.language));
  if (event.data?.gate) event.waitUntil(keepGate(event.data));
});

// Whoever opens the screen of a gate for the first time can lose the network right after.
async function keepGate({ gate: address, files: addresses }) {
  await (await caches.open(GATE)).add(address);
  const files = await caches.open(FILES);
  const known = new Set((await files.keys()).map(({ url }) => url));
  await files.addAll(addresses.filter((one) => !known.has(one)));
}

async function speak(language) {
  const files = await caches.open(FILES);
  const shell = await files.match(SHELL);
  if (shell && shell.headers.get("Content-Language") !== language) await files.add(SHELL);
}
