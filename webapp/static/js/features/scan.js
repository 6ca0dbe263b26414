// Finds a venue by camera, photo or typing, and goes to its page. Markup: see
// templates/scanning/_scanner.html.
import { codeIn } from "../codes.js";
import { readPicture, startScanner } from "../scanner.js";

export function start(element) {
  const part = (name) => element.querySelector(`[data-part=${name}]`);
  let camera = null;

  function say(word) {
    for (const told of element.querySelectorAll("[data-when]"))
      told.hidden = told.dataset.when !== word;
  }

  function found(text) {
    const code = codeIn(text);
    if (code === null) return say("foreign");
    close();
    location.assign(`/c/${encodeURIComponent(code)}`);
  }

  async function open() {
    part("view").hidden = false;
    part("open").hidden = true;
    say("looking");
    try {
      camera = await startScanner(part("video"), found);
      part("torch").hidden = !camera.torch;
    } catch (fault) {
      close();
      const isTold = element.querySelector(`[data-when="${fault.name}"]`);
      say(isTold ? fault.name : "failed");
    }
  }

  function close() {
    camera?.stop();
    camera = null;
    part("view").hidden = true;
    part("open").hidden = false;
  }

  part("open").addEventListener("click", open);
  part("close").addEventListener("click", () => {
    close();
    say(null);
    part("open").focus();
  });
  part("torch").addEventListener("click", ({ currentTarget }) => {
    const isOn = currentTarget.getAttribute("aria-pressed") !== "true";
    currentTarget.setAttribute("aria-pressed", isOn);
    camera?.torch(isOn);
  });
  async function readPhoto(input) {
    const [picture] = input.files;
    if (!picture) return;
    say("reading");
    // What is no picture at all holds no code either.
    const text = await readPicture(picture).catch(() => null);
    input.value = "";
    if (text === null) say("unreadable");
    else found(text);
  }

  part("photo").addEventListener("change", ({ target }) => readPhoto(target));
  part("typed").addEventListener("submit", (event) => {
    const { code } = event.currentTarget.elements;
    // The server names what is missing.
    if (!code.value.trim() && navigator.onLine) return;
    event.preventDefault();
    found(code.value);
    code.select();
  });

  part("ways").hidden = false;
  // One may have been chosen before this was loaded.
  readPhoto(part("photo"));
  // A scanner on the desk types; a phone would only bring up its keyboard.
  if (matchMedia("(pointer: fine)").matches)
    requestAnimationFrame(() => part("typed").elements.code.focus());
  navigator.permissions
    ?.query({ name: "camera" })
    .then(({ state }) => state === "granted" && open())
    .catch(() => undefined);
}
