// Codes of venues as text. Whether one is genuine only the server knows (webapp/codes.py).
const ADDRESS = /^\S*\/c\/([^/?#\s]+)\/?(?:[?#]\S*)?$/i;
const CODE = /^[0-9A-Z]{14,30}$/i;
const SEPARATORS = /[-\u2010-\u2014 .]/g;

// Returns the code in what was scanned or typed, null if there is none. A host is not looked at,
// because we stay on ours.
export function codeIn(text) {
  const told = text.trim();
  const code = told.match(ADDRESS)?.[1] ?? told.normalize("NFKC").replace(SEPARATORS, "");
  return CODE.test(code) ? code : null;
}
