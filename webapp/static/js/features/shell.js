// The page without network: what it is about stands in its address. Markup:
// templates/installable/show.html.
import { printed } from "../entries.js";
import { write } from "../form.js";
import { find, isReturning } from "../outbox.js";

const PLACE = /^\/c\/([^/]+)$/;

export async function start(element) {
  const part = (name) => element.querySelector(`[data-part=${name}]`);
  const refused = location.hash ? await find(location.hash.slice(1)) : null;
  const code = refused?.body?.code ?? codeIn(location.pathname);

  if (code) await ask();
  else if (location.pathname === "/scan") part("scanner").before(copy("scanner"));
  else part("elsewhere").hidden = false;

  function copy(name) {
    return document.importNode(part(name).content, true).firstElementChild;
  }

  async function ask() {
    const door = await doorOf(code);
    const venue = door?.venue ?? refused?.venue;
    part("lead").hidden = false;
    part("name").textContent = venue?.name ?? printed(code);
    part("place").textContent = venue?.place ?? "";
    part("unnamed").hidden = Boolean(venue);
    const data = { code, kind: door?.gate?.kind ?? "both" };
    if (venue) Object.assign(data, { venue: venue.name, place: venue.place ?? "" });
    if (refused) data.corrects = refused.visit_id;
    show(data, refused ? modeOf(refused) : (await isReturning()) ? "tap" : "newcomer");
  }

  function show(data, mode) {
    const form = copy("form");
    Object.assign(form.dataset, data);
    for (const word of form.querySelectorAll("button [data-kind]"))
      word.hidden = word.dataset.kind !== data.kind;
    const steps = [...form.querySelectorAll("[data-part=step]")];
    if (mode === "tap") form.querySelector(".steps").remove();
    else form.querySelector("[data-part=tap]").remove();
    if (mode === "declare") steps.shift().remove();
    steps.forEach((step, n) => {
      step.querySelector("legend .quiet").textContent = `${n + 1}/${steps.length}`;
    });
    if (refused) write(form, refused.body, refused.field);
    for (const other of form.querySelectorAll("[data-mode]"))
      other.addEventListener("click", () => show(data, other.dataset.mode));
    element.querySelector("form[data-kept]")?.remove();
    part("form").before(form);
  }
}

function modeOf({ body, field }) {
  if (body.person || field === "person") return "newcomer";
  return body.declaration ? "declare" : "tap";
}

function codeIn(path) {
  const found = path.match(PLACE);
  return found && decodeURIComponent(found[1]);
}

async function doorOf(code) {
  try {
    const answer = await fetch(`/api/v1/codes/${encodeURIComponent(code)}`);
    return answer.ok ? await answer.json() : null;
  } catch {
    // Never seen on this phone: the page says that the name comes later.
    return null;
  }
}
