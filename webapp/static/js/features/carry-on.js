// Goes on with long work that the server does a part at a time: sends the form once the page is
// there. Without script somebody presses its button. Markup: <form data-feature="carry-on">.
export function start(element) {
  element.requestSubmit();
}
