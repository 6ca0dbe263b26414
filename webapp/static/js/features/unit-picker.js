// Offers administrative units while somebody types. Markup: <input data-feature="unit-picker"
// data-source="address"> where the address, with ?q= what was typed, answers {units: [{code, name,
// was}]}. Choosing one writes its name. Without script it is a plain field, and always what
// stands in it is sent: the server knows the unit by its name.
const PAUSE = 150;

export function start(input) {
  const list = document.createElement("ul");
  list.id = `${input.id}-offered`;
  list.className = "offered";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].textContent);
  list.hidden = true;
  input.after(list);
  const roles = { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id };
  for (const [name, value] of Object.entries(roles)) input.setAttribute(name, value);
  input.autocomplete = "off";
  let waiting, asked;
  close();

  async function offer() {
    const typed = input.value.trim();
    asked = typed;
    if (typed.length < 2) return close();
    try {
      const answer = await fetch(`${input.dataset.source}?q=${encodeURIComponent(typed)}`);
      if (!answer.ok) return close();
      const { units } = await answer.json();
      // Somebody has typed on, or has left.
      if (asked === typed && document.activeElement === input) show(units);
    } catch {
      close();
    }
  }

  function show(units) {
    list.replaceChildren(...units.map(option));
    list.hidden = units.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(null);
    // What stands at the bottom edge of a phone would lie over it.
    list.scrollIntoView({ block: "nearest" });
  }

  function option({ name, was }, place) {
    const one = document.createElement("li");
    one.id = `${list.id}-${place}`;
    one.setAttribute("role", "option");
    one.dataset.name = name;
    one.append(name);
    if (was) one.append(Object.assign(document.createElement("small"), { textContent: was }));
    return one;
  }

  function mark(one) {
    for (const each of list.children) each.setAttribute("aria-selected", String(each === one));
    if (one) input.setAttribute("aria-activedescendant", one.id);
    else input.removeAttribute("aria-activedescendant");
    one?.scrollIntoView({ block: "nearest" });
  }

  function choose(one) {
    input.value = one.dataset.name;
    close();
  }

  function close() {
    clearTimeout(waiting);
    asked = null;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(null);
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(offer, PAUSE);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const marked = list.querySelector("[aria-selected=true]");
    const { firstElementChild: first, lastElementChild: last } = list;
    if (event.key === "ArrowDown") mark(marked?.nextElementSibling ?? first);
    else if (event.key === "ArrowUp") mark(marked?.previousElementSibling ?? last);
    else if (event.key === "Enter" && marked) choose(marked);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  // A tap must not take the cursor out of the field before it chooses.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const one = event.target.closest("[role=option]");
    if (one) choose(one);
  });
}
