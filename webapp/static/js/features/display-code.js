// Follows the code that a gate shows on its screen. Markup: <div data-feature="display-code"
// data-seconds="how long this one is shown"> with <img data-part="code"> and, hidden,
// data-part="old", which says that it is old.
const EVERY = 300e3;
const AGAIN = 5e3;

export function start(element) {
  const [code, old] = ["code", "old"].map((name) => element.querySelector(`[data-part=${name}]`));
  const address = code.src;

  function next() {
    const made = new Image();
    made.onload = () => {
      code.src = made.src;
      old.hidden = true;
      setTimeout(next, EVERY);
    };
    made.onerror = () => {
      old.hidden = false;
      setTimeout(next, AGAIN);
    };
    made.src = `${address}&at=${Date.now()}`;
  }

  setTimeout(next, element.dataset.seconds * 1e3);
}
