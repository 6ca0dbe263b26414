// The screen at a gate: what is scanned is sent, the answer fills the screen for two seconds, and
// then nothing of that person is left in this page. Without network a scan is kept and sent
// later. Markup: templates/gate/show.html; data-api is where kept scans are sent to.
import { add, discard, flush, keepSending, list, watch } from "../outbox.js";
import { watchKeys } from "../scanned-keys.js";
import { startScanner } from "../scanner.js";
import { play } from "../sounds.js";
import { randomId } from "../store.js";

// Whoever stands at the gate waits no longer for an answer.
const ANSWER_WITHIN = 6e3;
// So long is a panel left open that nobody fills in, and the last action can be undone.
const FORGET_AFTER = 90e3;
const UNDO_WITHIN = 120e3;
// What a kept scan tells; the rest is of the page.
const OF_A_SCAN = ["gate", "text", "full_name", "birth_year", "direction"];

export function start(element) {
  const part = (name) => element.querySelector(`[data-part=${name}]`);
  const [screen, form] = [part("screen"), part("scan")];
  const { text: field } = form.elements;
  const line = document.querySelector("[data-part=connection]");
  let working = Promise.resolve();
  let [closing, forgetting] = [];
  let camera = null;

  // One after the other: the next one may be scanned before this one is answered.
  function send(told, address) {
    working = working.then(() => sendNow(told, address)).catch(() => show("unkept"));
    return working;
  }

  async function sendNow(told, address) {
    told.set("part", "1");
    try {
      const signal = AbortSignal.timeout(ANSWER_WITHIN);
      const answer = await fetch(address, { method: "POST", body: told, cache: "no-store", signal });
      const page = await answer.text();
      // Signed out, or a token that is too old: the scan is kept, and the page says what to do.
      if (!page.includes("data-gate-screen")) return await keep(told, answer.status);
      connected(true);
      fill(page);
    } catch {
      connected(false);
      await keep(told);
    }
  }

  async function keep(told, status) {
    // What belongs to a scan that is stored already stays on the screen.
    if (!told.get("scanned_at")) return screen.prepend(part("failed").content.cloneNode(true));
    const found = OF_A_SCAN.map((name) => [name, told.get(name)?.trim()]).filter(([, one]) => one);
    const body = { ...Object.fromEntries(found), confirmed: "yes" };
    const [visit_id, scanned_at] = [told.get("visit_id"), told.get("scanned_at")];
    await add({ visit_id, scanned_at, ...body }, { address: element.dataset.api, as: "nobody" });
    show(status === 401 || status === 403 ? "signed-out" : "kept");
  }

  const show = (name) => fill(part(name).innerHTML);

  function fill(page) {
    clearTimeout(closing);
    clearTimeout(forgetting);
    screen.innerHTML = page;
    const told = screen.querySelector("[data-gate-screen]");
    play(told?.dataset.sound);
    const answer = part("answer");
    if (answer?.dataset.seconds) closing = setTimeout(close, answer.dataset.seconds * 1e3);
    if (part("declare") || part("name")) screen.querySelector("[data-focus]").focus();
    else focus();
    forgetting = setTimeout(forget, part("last") ? UNDO_WITHIN : FORGET_AFTER);
  }

  // Takes the answer away; how the last action can be undone stays, without a name.
  function close() {
    clearTimeout(closing);
    for (const name of ["answer", "declare", "name", "confirm"]) part(name)?.remove();
    for (const told of screen.querySelectorAll(".notice")) told.remove();
    focus();
  }

  function forget() {
    clearTimeout(closing);
    screen.replaceChildren();
    form.elements.full_name.value = form.elements.birth_year.value = field.value = "";
    part("typed").open = false;
    focus();
  }

  const focus = () => field.focus({ preventScroll: true });

  function scan(text) {
    const told = new FormData(form);
    if (text !== undefined) told.set("text", text);
    told.set("visit_id", randomId());
    told.set("scanned_at", new Date().toISOString());
    field.value = form.elements.full_name.value = form.elements.birth_year.value = "";
    return send(told, form.action);
  }

  element.addEventListener("submit", (event) => {
    event.preventDefault();
    const sent = event.target;
    if (sent !== form) return send(new FormData(sent, event.submitter), sent.action);
    if (field.value.trim() || form.elements.full_name.value.trim()) return scan();
    // Enter alone: the card that is shown is the right one.
    const confirm = part("confirm");
    if (confirm) send(new FormData(confirm), confirm.action);
    else close();
  });

  element.addEventListener("click", (event) => {
    if (!event.target.closest("[data-part=next], [data-part=answer]:not(.band)")) return;
    event.preventDefault();
    close();
  });

  // None of a group, or some of it: one takes the other back.
  element.addEventListener("change", ({ target }) => {
    if (target.type !== "checkbox" || target.name === "consent") return;
    for (const box of target.closest("fieldset").querySelectorAll("[type=checkbox]"))
      if (target.checked && box !== target && ("none" in target.dataset || "none" in box.dataset))
        box.checked = false;
  });

  addEventListener("keydown", ({ key }) => key === "Escape" && close());
  watchKeys(element, {
    onCode: scan,
    onKey(key) {
      const box = element.querySelector(`[data-part=declare] [data-key="${key}"]`);
      box?.click();
      box?.focus();
    },
  });
  // A scanner types into the field wherever somebody pressed before.
  addEventListener("click", ({ target }) => {
    if (!target.closest("a, button, input, label, summary, select, [data-part=declare]")) focus();
  });

  // Nothing of whoever stood here is found by going back.
  addEventListener("pagehide", forget);
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

  // The camera, where there is no scanner.
  part("open").hidden = !navigator.mediaDevices;
  part("open").addEventListener("click", async () => {
    part("view").hidden = false;
    try {
      camera = await startScanner(part("video"), (text) => scan(text));
    } catch {
      // Refused, or none is there: the field takes codes as before.
      closeCamera();
    }
  });
  part("close").addEventListener("click", closeCamera);

  function closeCamera() {
    camera?.stop();
    camera = null;
    part("view").hidden = true;
    focus();
  }

  // What waits on this device, as numbers alone.
  function connected(isOn) {
    line.querySelector("[data-when=online]").hidden = !isOn;
    line.querySelector("[data-when=offline]").hidden = isOn;
    if (isOn) flush();
  }

  async function count() {
    const kept = await list();
    for (const state of ["waiting", "refused"]) {
      const number = kept.filter((entry) => entry.state === state).length;
      line.querySelector(`[data-when=${state}]`).hidden = !number;
      line.querySelector(`[data-part=${state}-count]`).textContent = number;
    }
    part("refused").hidden = !kept.some(({ state }) => state === "refused");
    // What was sent is nothing of this device any more.
    for (const { state, visit_id } of kept) if (state === "sent") await discard(visit_id);
  }

  part("discard").addEventListener("click", async () => {
    for (const { state, visit_id } of await list())
      if (state === "refused") await discard(visit_id);
    focus();
  });
  addEventListener("online", () => connected(true));
  addEventListener("offline", () => connected(false));
  watch(count);
  count();
  navigator.serviceWorker?.ready.then(({ active }) => {
    const files = performance.getEntriesByType("resource").map(({ name }) => name);
    const own = files.filter((name) => /\/(static|modules)\//.test(new URL(name).pathname));
    active.postMessage({ gate: location.pathname + location.search, files: own });
  });
  connected(navigator.onLine);
  keepSending();
  // Behind the browser, which gives a field its focus by itself when it first paints.
  requestAnimationFrame(focus);
}
