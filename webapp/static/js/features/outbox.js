// Shows what this phone keeps until it is sent, and keeps sending. Markup: templates/_outbox.html.
import { discard, flush, keepSending, list, lost, readLost, watch } from "../outbox.js";
import { showEntry, showMoment } from "../entries.js";

export function start(element) {
  const part = (name) => element.querySelector(`[data-part=${name}]`);
  const template = element.querySelector("template");

  function count(name, number) {
    part(name).hidden = !number;
    part(`${name}-count`).textContent = number;
  }

  function row(entry) {
    const item = document.importNode(template.content, true).firstElementChild;
    showEntry(item, entry);
    item.querySelector("[data-part=correct]").hash = entry.visit_id;
    item
      .querySelector("[data-part=discard]")
      .addEventListener("click", () => discard(entry.visit_id));
    return item;
  }

  async function show() {
    const [all, unsent] = [await list(), await lost()];
    const of = (state) => all.filter((entry) => entry.state === state);
    const sent = of("sent");
    element.hidden = !all.length && !unsent;
    count("lost", unsent);
    count("waiting", of("waiting").length);
    count("refused", of("refused").length);
    part("send").hidden = !of("waiting").length;
    part("sent").hidden = !sent.length;
    if (sent.length) showMoment(part("sent-at"), Math.max(...sent.map(({ sent_at }) => sent_at)));
    element.querySelector("details").hidden = !all.length;
    part("entries").replaceChildren(...all.reverse().map(row));
  }

  part("read").addEventListener("click", readLost);
  part("send").addEventListener("click", async ({ currentTarget }) => {
    currentTarget.disabled = true;
    await flush();
    currentTarget.disabled = false;
  });
  watch(show);
  show();
  keepSending();
}
