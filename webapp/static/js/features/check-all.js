// Ticks, or unticks, every row of a form. Markup: <label data-feature="check-all" hidden> around
// a checkbox, inside the form whose other checkboxes have a name.
export function start(label) {
  const all = label.querySelector("input");
  const rows = () => [...label.closest("form").querySelectorAll('input[type="checkbox"][name]')];
  all.addEventListener("change", () => {
    for (const row of rows()) row.checked = all.checked;
  });
  label.closest("form").addEventListener("change", () => {
    all.checked = rows().every((row) => row.checked);
  });
  label.hidden = false;
}
