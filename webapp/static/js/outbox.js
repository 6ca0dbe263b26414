// Check-ins that wait on this phone until the server has them: sealed, sent in order, one at a
// time, each under the id it was made with, so that the server stores it once however often it
// comes. Nothing stays longer than a day, and what was typed no longer than until it is sent.
import { entries, keep, kept, randomId, seal, unseal, write } from "./store.js";

const CHECK_INS = "/api/v1/check-ins";
const DAY = 24 * 3600e3;
// As long as the server remembers a citizen, less a day (webapp/citizens.py).
const REMEMBERED = 27 * DAY;
// A phone that just woke may believe it is 1970 until it meets a network.
const PLAUSIBLE = Date.UTC(2024, 0);
const ANSWER_WITHIN = 20e3;
const FIRST_PAUSE = 4e3;
const LONGEST_PAUSE = 5 * 60e3;
const IDLE = 30e3;
const LOCK = "truyvet-outbox";

const channel = globalThis.BroadcastChannel && new BroadcastChannel(LOCK);
const listeners = new Set();
let timer;
let isKeptGoing = false;

// Calls back when something changed, in this tab or another one.
export const watch = (listener) => listeners.add(listener);

function tell() {
  for (const listener of listeners) listener();
}

function changed() {
  channel?.postMessage(null);
  tell();
}

channel?.addEventListener("message", tell);

// Keeps what is to be sent, and returns its id. `as` says who checks in where the body names
// nobody: "last", whoever named themselves last on this phone; "shown", whom the server's page
// showed; "nobody", where the address asks for no citizen.
export async function add(body, { address = CHECK_INS, venue, as = "last" } = {}) {
  const now = Date.now();
  const told = { visit_id: randomId(), scanned_at: new Date(now).toISOString(), ...body };
  const { who, learnt } = await whose(told, as, now);
  const entry = await sealed({ visit_id: told.visit_id, state: "waiting", kept_at: now }, {
    address,
    venue,
    who,
    body: told,
  });
  await write((stored, known) => {
    for (const [name, value] of Object.entries(learnt)) known.put(value, name);
    return stored.put(entry);
  });
  navigator.storage?.persist?.();
  changed();
  return told.visit_id;
}

// Whose check-in it is: a number that means something on this phone only. A tap of somebody
// whose first check-in still waits must never be sent under the cookie of another person.
async function whose(body, as, now) {
  if (body.on_behalf || as === "nobody") return { who: null, learnt: {} };
  if (body.person) {
    const who = randomId();
    return { who, learnt: { person: { who, at: now } } };
  }
  const [cookie, person] = [await kept("cookie"), await kept("person")];
  if (as === "last") return { who: person?.who, learnt: {} };
  const who = cookie ?? randomId();
  return { who, learnt: { cookie: who, person: person ?? { who, at: now } } };
}

// Says whether this browser checked somebody in before, who may do so again with one tap.
export async function isReturning() {
  const person = await kept("person");
  return Boolean(person) && Date.now() - person.at < REMEMBERED;
}

// Returns all entries, the oldest first, as {visit_id, state, kept_at, venue, body, ...}. One
// that is sent has no body any more, but number, receipt and what else its answer told.
export async function list() {
  const found = [];
  for (const { visit_id, state, kept_at, ...secret } of await entries()) {
    const content = await unseal(secret, visit_id);
    if (content) found.push({ ...content, visit_id, state, kept_at });
  }
  return found.sort((a, b) => a.kept_at - b.kept_at);
}

export const find = async (id) => (await list()).find(({ visit_id }) => visit_id === id);

const sealed = async (entry, content) => ({ ...entry, ...(await seal(content, entry.visit_id)) });

async function put({ visit_id, state, kept_at, ...content }) {
  const entry = await sealed({ visit_id, state, kept_at }, content);
  await write((stored) => stored.put(entry));
}

export async function discard(id) {
  await write((stored) => stored.delete(id));
  changed();
}

// Puts another body in place of one that was refused; it is sent as of the original scan.
export async function correct(id, body) {
  const { visit_id, detail, field, ...entry } = await find(id);
  const told = { ...body, visit_id: randomId(), scanned_at: entry.body.scanned_at };
  const again = { ...entry, state: "waiting", body: told, visit_id: told.visit_id };
  if (told.person && !told.on_behalf) again.who ??= randomId();
  const { state, kept_at, ...content } = again;
  delete content.visit_id;
  const next = await sealed({ visit_id: told.visit_id, state, kept_at }, content);
  await write((stored) => {
    stored.delete(id);
    return stored.put(next);
  });
  changed();
  return told.visit_id;
}

// How many had to be deleted before they could be sent; told until somebody has read it.
export const lost = async () => (await kept("lost")) ?? 0;

export async function readLost() {
  await keep("lost", 0);
  changed();
}

async function expire() {
  const now = Date.now();
  if (now < PLAUSIBLE) return;
  const all = await entries();
  const old = all.filter(({ kept_at }) => kept_at >= PLAUSIBLE && now - kept_at > DAY);
  const odd = all.filter(({ kept_at }) => kept_at < PLAUSIBLE || kept_at > now);
  if (!old.length && !odd.length) return;
  const unsent = old.filter(({ state }) => state !== "sent").length;
  await write(async (stored, known) => {
    for (const { visit_id } of old) stored.delete(visit_id);
    // The clock was wrong at the scan, or is now: its day begins here.
    for (const entry of odd) stored.put({ ...entry, kept_at: now });
    if (unsent) known.put(((await known.get("lost")) ?? 0) + unsent, "lost");
  });
  changed();
}

// Sends what waits. A server that said when to come again is left alone until then; `patient`
// also waits out the pauses that we make ourselves.
export async function flush({ patient = false } = {}) {
  await expire();
  const send = () => sendAll(patient);
  await (navigator.locks?.request(LOCK, { ifAvailable: patient }, (lock) => lock && send()) ??
    send());
  await schedule();
}

async function sendAll(patient) {
  const pause = await kept("pause");
  if (pause && isOn(pause) && (patient || pause.isTold)) return;
  for (const entry of await list()) {
    if (entry.state !== "waiting" || (await mustWait(entry))) continue;
    const wait = await send(entry);
    changed();
    if (wait !== null) {
      await keep("pause", pauseAfter(pause, wait));
      return;
    }
  }
  if (pause) await keep("pause", undefined);
}

// Returns null when the server decided, else for how many seconds it asked us to wait.
async function send(entry) {
  const { status, told, wait } = await post(entry.address, entry.body);
  if (status < 300 && told?.visit_id === entry.visit_id) await settle(entry, told);
  else if (status >= 400 && status < 500 && status !== 429 && told?.status === status)
    await put({ ...entry, state: "refused", detail: told.detail, field: told.field });
  // No answer, no answer of ours (the page of some hotspot), or a server that is busy or away.
  else return wait;
  return null;
}

async function settle({ address, who, venue, visit_id, kept_at }, told) {
  const { number, receipt, colour, direction, arrived_at, left_at } = told;
  const entry = await sealed({ visit_id, state: "sent", kept_at }, {
    venue: told.venue ?? venue,
    sent_at: Date.now(),
    ...{ number, receipt, colour, direction, arrived_at, left_at },
  });
  const person = await kept("person");
  await write((stored, known) => {
    if (who && address === CHECK_INS) known.put(who, "cookie");
    if (who && person?.who === who) known.put({ who, at: Date.now() }, "person");
    return stored.put(entry);
  });
}

async function post(address, body) {
  const late = new AbortController();
  const limit = setTimeout(() => late.abort(), ANSWER_WITHIN);
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ ...body, sent_at: new Date().toISOString() }),
      cache: "no-store",
      redirect: "error",
      signal: late.signal,
    });
    const wait = Number(answer.headers.get("Retry-After")) || 0;
    return { status: answer.status, told: await answer.json().catch(() => null), wait };
  } catch {
    // No network, a name that leads nowhere, too late: the entry waits, which is what is said.
    return { status: 0, wait: 0 };
  } finally {
    clearTimeout(limit);
  }
}

// A tap means whoever named themselves before it: it waits until they are known to the server.
async function mustWait({ body, who, visit_id, ...entry }) {
  if (body.person || body.on_behalf || who === null || who === (await kept("cookie"))) return false;
  const names = (other) => other.who === who && other.body?.person;
  if (!(await list()).some(names))
    await put({ ...entry, body, who, visit_id, state: "refused", field: "person" });
  return true;
}

const isOn = ({ until }) => Date.now() < until && until - Date.now() <= 2 * LONGEST_PAUSE;

function pauseAfter(pause, seconds) {
  const tries = Math.min(pause?.tries ?? 0, 8);
  const least = seconds * 1e3 || FIRST_PAUSE * 2 ** tries;
  // Phones that failed together must not come back together.
  const wait = Math.min(least, LONGEST_PAUSE) * (1 + Math.random() / 2);
  return { until: Date.now() + wait, tries: tries + 1, isTold: seconds > 0 };
}

async function schedule() {
  if (!isKeptGoing) return;
  clearTimeout(timer);
  if (!(await entries()).some(({ state }) => state === "waiting")) return;
  const { until = 0 } = (await kept("pause")) ?? {};
  const wait = Math.min(until - Date.now(), 2 * LONGEST_PAUSE);
  timer = setTimeout(() => flush({ patient: true }), wait > 0 ? wait : IDLE);
}

// Sends now, when the network or this page comes back, and again and again while something waits.
export function keepSending() {
  if (isKeptGoing) return;
  isKeptGoing = true;
  addEventListener("online", () => flush());
  document.addEventListener("visibilitychange", () => document.hidden || flush());
  watch(schedule);
  flush();
}
