// What this browser keeps: in IndexedDB, sealed with a key that no script can read out. In the
// clear there are ids made here, states and times.
import { openDB } from "../vendor/idb-8.0.4/index.js";

let opening;

function database() {
  const forget = () => (opening = undefined);
  opening ??= openDB("truyvet", 1, {
    upgrade(db) {
      db.createObjectStore("entries", { keyPath: "visit_id" });
      db.createObjectStore("kept");
    },
    blocking: async () => {
      // Another tab brings a newer form of this store: it need not wait for us.
      (await opening)?.close();
      forget();
    },
    terminated: forget,
  });
  opening.catch(forget);
  return opening;
}

// Runs steps in one transaction on the disk, not only in memory, before it returns.
export async function write(steps) {
  const done = (await database()).transaction(["entries", "kept"], "readwrite", {
    durability: "strict",
  });
  const answer = await steps(done.objectStore("entries"), done.objectStore("kept"));
  await done.done;
  return answer;
}

export const entries = async () => (await database()).getAll("entries");
export const kept = async (name) => (await database()).get("kept", name);
export const keep = (name, value) => write((_, store) => store.put(value, name));

async function key() {
  const found = await kept("key");
  if (found) return found;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
  // Two tabs may make one at the same moment: the first stays.
  return write(async (_, store) => {
    const first = await store.get("key");
    if (!first) await store.put(made, "key");
    return first || made;
  });
}

const bound = (iv, owner) => ({
  name: "AES-GCM",
  iv,
  additionalData: new TextEncoder().encode(owner),
});

export async function seal(secret, owner) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(JSON.stringify(secret));
  return { iv, sealed: await crypto.subtle.encrypt(bound(iv, owner), await key(), text) };
}

// Gives null for what was sealed with another key, or for another owner.
export async function unseal({ iv, sealed }, owner) {
  try {
    const text = await crypto.subtle.decrypt(bound(iv, owner), await key(), sealed);
    return JSON.parse(new TextDecoder().decode(text));
  } catch (fault) {
    if (fault.name !== "OperationError") throw fault;
    return null;
  }
}

// As the server makes its ids: 128 random bits.
export const randomId = () =>
  [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
