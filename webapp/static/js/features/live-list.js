// Asks for the rows of a list again and again while somebody looks at it. Markup: <div
// data-feature="live-list" data-source="address of the rows"> with data-part="rows", in which
// data-part="count" says how many; beside them data-part="told", where that is read aloud, and,
// hidden, data-part="away", which says that the list is not up to date.
const EVERY = 5e3;
const ANSWER_WITHIN = 10e3;

export function start(element) {
  const [rows, told, away] = ["rows", "told", "away"].map((name) =>
    element.querySelector(`[data-part=${name}]`),
  );
  let shown = null;

  async function follow() {
    // Whoever chooses something in a row is not to lose it.
    if (document.hidden || rows.querySelector("select:focus, input:focus")) return;
    if ([...rows.querySelectorAll("select")].some(({ value }) => value)) return;
    try {
      const signal = AbortSignal.timeout(ANSWER_WITHIN);
      const answer = await fetch(element.dataset.source, { cache: "no-store", signal });
      // Signed out, or no longer allowed: the page says so when it is loaded.
      if (answer.status === 401 || answer.status === 403) return location.reload();
      if (!answer.ok) throw new Error(answer.status);
      show(await answer.text());
      away.hidden = true;
    } catch {
      // Whatever it was, what stands here may be old, and that is said.
      away.hidden = false;
    }
  }

  function show(text) {
    // Each answer has another token against forged requests, which is no news.
    const news = text.replace(/name="csrf_token" value="[^"]*"/g, "");
    if (news === shown) return;
    shown = news;
    const key = keyOf(document.activeElement);
    rows.innerHTML = text;
    if (key) [...rows.querySelectorAll("a, button")].find((one) => keyOf(one) === key)?.focus();
    const count = rows.querySelector("[data-part=count]").textContent;
    if (told.textContent !== count) told.textContent = count;
  }

  const keyOf = (one) => rows.contains(one) && (one.form?.action ?? one.href);

  setInterval(follow, EVERY);
  document.addEventListener("visibilitychange", follow);
}
