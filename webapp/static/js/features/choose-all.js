// Chooses every row of a page at once. Markup, hidden until this runs: <label
// data-feature="choose-all"> with a checkbox, in a form whose rows have checkboxes named row.
export function start(element) {
  const all = element.querySelector("input");
  const rows = [...element.closest("form").querySelectorAll("input[name=row]")];
  element.hidden = rows.length === 0;
  all.addEventListener("change", () => {
    for (const row of rows) row.checked = all.checked;
  });
}
