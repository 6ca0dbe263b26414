// Prints the page at a press. Markup: an element with a hidden button data-part="print".
export function start(element) {
  const button = element.querySelector("[data-part=print]");
  button.hidden = false;
  button.addEventListener("click", () => print());
}
