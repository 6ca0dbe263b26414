// Shows a form one step at a time; what was typed stays. Markup: <div data-feature="steps"
// data-missing data-unanswered> in a <form>, with one data-part="step" a step, and in the form
// the buttons data-part="back", "next" and "send". What must be filled in has data-needed, with
// "self" or "other" only where that is chosen in declared_for.
const BOX = ".field, .one-of, .tick";

export function start(element) {
  const form = element.closest("form");
  const part = (name) => form.querySelector(`[data-part=${name}]`);
  const steps = [...element.querySelectorAll("[data-part=step]")];
  const texts = element.dataset;
  let at = 0;

  function show(number) {
    at = number;
    steps.forEach((step, n) => (step.hidden = n !== at));
    const isLast = at === steps.length - 1;
    part("back").hidden = at === 0;
    part("next").hidden = isLast;
    part("send").hidden = !isLast;
  }

  function go(number) {
    show(number);
    scrollTo(0, 0);
    steps[at].querySelector("legend").focus({ preventScroll: true });
  }

  function next() {
    if (!isSound()) return;
    history.pushState({ step: at + 1 }, "");
    go(at + 1);
  }

  function isSound() {
    const wrong = [...steps[at].querySelectorAll("[data-needed]")].filter(hasFault);
    (wrong[0]?.querySelector("input") ?? wrong[0])?.focus();
    return !wrong.length;
  }

  function hasFault(asked) {
    const { needed, wrong } = asked.dataset;
    if (needed && needed !== form.elements.declared_for?.value) return false;
    if (!asked.matches("input, select")) {
      if (asked.querySelector(":checked")) return false;
      return complain(asked, asked.closest(".asks") ? texts.unanswered : texts.missing);
    }
    if (!asked.value.trim()) return complain(asked.parentElement, texts.missing);
    return asked.validity.patternMismatch && complain(asked.parentElement, wrong);
  }

  // The same as the server's page: text below the field, which names it.
  function complain(box, text) {
    const controls = box.querySelectorAll("input, select");
    const told = box.querySelector(".error") ?? box.appendChild(document.createElement("p"));
    told.className = "error";
    told.id = `${controls[0].id}-fault`;
    told.textContent = text;
    for (const one of controls) {
      one.setAttribute("aria-invalid", "true");
      one.setAttribute("aria-describedby", `${told.id} ${one.id}-hint`);
    }
    return true;
  }

  function clear(box) {
    box?.querySelector(".error")?.remove();
    for (const one of box?.querySelectorAll("[aria-invalid]") ?? []) {
      one.removeAttribute("aria-invalid");
      one.setAttribute("aria-describedby", `${one.id}-hint`);
    }
  }

  const none = form.elements.no_signs;
  const answers = () => form.querySelectorAll(".asks input[type=radio]");

  function answerNo(isForAll) {
    for (const answer of answers()) {
      const isOpen = ![...form.elements[answer.name]].some(({ checked }) => checked);
      if (answer.value === "no" && (isForAll || isOpen)) {
        answer.checked = true;
        clear(answer.closest(BOX));
      }
    }
  }

  function follow({ target }) {
    clear(target.closest(BOX));
    if (target === none && none.checked) answerNo(true);
    if (target.value === "yes" && target.type === "radio") none.checked = false;
    if (target.name === "declared_for") choose();
  }

  // What is hidden is not sent.
  function choose() {
    const declarer = part("declarer");
    if (declarer) declarer.disabled = form.elements.declared_for.value !== "other";
  }

  part("next").addEventListener("click", next);
  part("back").addEventListener("click", () => {
    if (history.state?.step === at) history.back();
    else go(at - 1);
  });
  addEventListener("popstate", ({ state }) => go(state?.step ?? 0));
  form.addEventListener("input", follow);
  // Before anybody else hears of it: on a phone's keyboard, Enter in a field sends.
  form.parentElement.addEventListener("submit", stop, true);

  function stop(event) {
    if (event.target !== form) return;
    const isLast = at === steps.length - 1;
    if (isLast && isSound()) return;
    event.preventDefault();
    event.stopPropagation();
    if (!isLast) next();
  }

  form.classList.remove("long");
  if (none?.checked) answerNo(false);
  choose();
  const faulty = steps.findIndex((step) => step.querySelector("[aria-invalid]"));
  show(Math.max(faulty, 0));
  // Behind the browser, which looks for a field to focus when it first paints.
  if (faulty >= 0)
    requestAnimationFrame(() => steps[faulty].querySelector("[aria-invalid]").focus());
}
