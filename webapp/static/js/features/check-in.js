// Sends a check-in so that it cannot be lost: kept on this phone first, then sent. Where the
// server cannot be reached, a card says that it waits, and becomes the receipt once it is sent.
// Markup: <form data-feature="check-in" data-code data-venue data-place data-gate data-kind
// data-card="id of the card">, see templates/checkins; in the page without network also data-kept,
// as nobody there can show a fault, and data-corrects, the id of what was not taken.
import { showEntry } from "../entries.js";
import { read } from "../form.js";
import { add, correct, discard, find, flush, watch } from "../outbox.js";

// Whoever stands at a gate waits no longer for an answer before the card is shown.
const SOON = 6e3;

export function start(form) {
  const { code, venue, place, gate, kind, card, kept, corrects } = form.dataset;
  const isKept = kept !== undefined;
  const named = venue && { name: venue, place };
  const waiting = document.getElementById(card);

  async function submit(button) {
    const body = { ...read(form, button), code };
    const key = form.elements.visit_id?.value;
    if (key) body.visit_id = key;
    const options = { venue: named, as: isKept ? "last" : "shown" };
    const id = corrects ? await correct(corrects, body) : await add(body, options);
    await Promise.race([flush(), new Promise((late) => setTimeout(late, SOON))]);
    const { state } = await find(id);
    if (state !== "refused" || isKept) return follow(id);
    // The server shows the form again, and what is wrong beside its field.
    await discard(id);
    post(button);
  }

  // As without script.
  function post({ name, value }) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    HTMLFormElement.prototype.submit.call(form);
  }

  function follow(id) {
    const show = async () => {
      const entry = await find(id);
      if (entry?.state === "sent") return location.replace(entry.receipt);
      form.hidden = entry?.state === "waiting";
      waiting.hidden = !form.hidden;
      if (entry) showEntry(waiting, entry);
    };
    watch(show);
    show().then(() => waiting.focus());
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter ?? form.querySelector("[data-part=send]");
    button.disabled = true;
    try {
      await submit(button);
    } catch (fault) {
      // A browser that can keep nothing.
      if (isKept) throw fault;
      post(button);
    } finally {
      button.disabled = false;
    }
  });

  if (named && !isKept) remember({ code, venue: named, gate: { name: gate, kind } });
}

// So that this venue is named without network too, as js/service-worker.js answers then.
async function remember(door) {
  const venues = await globalThis.caches?.open("venues");
  const headers = { "Content-Type": "application/json" };
  const answer = new Response(JSON.stringify(door), { headers });
  await venues?.put(`/api/v1/codes/${encodeURIComponent(door.code)}`, answer);
}
