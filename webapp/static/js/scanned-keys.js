// Tells a USB scanner from fingers: it types like a keyboard, but a whole code in a moment and
// then Enter. While the field is not the one that is typed into, what it types is caught here.
const FASTEST_FINGER = 50;
const SHORTEST_CODE = 6;

// Calls back with each code that a scanner types, and with single keys that fingers press, unless
// they are typed into a field of text.
export function watchKeys(element, { onCode, onKey }) {
  let typed = "";
  let at = 0;
  let waiting;

  function isText(target) {
    return target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
  }

  element.ownerDocument.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || isText(event.target)) return;
      const now = event.timeStamp;
      const isBurst = typed && now - at < FASTEST_FINGER;
      at = now;
      clearTimeout(waiting);
      if (event.key === "Enter") {
        const code = isBurst && typed.length >= SHORTEST_CODE ? typed : null;
        typed = "";
        if (code === null) return;
        event.preventDefault();
        event.stopPropagation();
        onCode(code);
      } else if (event.key.length === 1) {
        typed = isBurst ? typed + event.key : event.key;
        // A scanner's space would press what has the focus.
        if (isBurst) event.preventDefault();
        const key = event.key;
        waiting = setTimeout(() => typed.length === 1 && onKey(key), FASTEST_FINGER);
      }
    },
    true,
  );
}
