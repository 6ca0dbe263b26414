// A check-in form as the body that our API takes, and back; webapp/declarations.py names the
// fields, webapp/checkin_forms.py reads the same form where it is posted.
const PERSON = [
  ...["full_name", "birth", "sex", "nationality", "phone", "email", "id_kind", "id_number"],
  ...["bhyt", "unit", "street"],
];
const ON_BEHALF = ["declarer_name", "declarer_phone", "reason"];
const DECLARATION = ["consent", "vehicle", "plate", "seat", "from_unit", "to_unit", "moved_on"];
const ANSWERS = ".asks input[type=radio]";

export function read(form, button) {
  const told = new FormData(form);
  const text = (name) => told.get(name)?.trim().normalize("NFKC");
  const pick = (names) =>
    Object.fromEntries(names.filter(text).map((name) => [name, text(name)]));
  const body = { direction: button.name === "direction" ? button.value : null };
  if (told.has("full_name")) {
    body.person = pick(PERSON);
    // In groups, as papers show them.
    for (const name of ["id_number", "bhyt"])
      if (body.person[name]) body.person[name] = body.person[name].replace(/[\s.-]/g, "");
    // A kind that was chosen and then thought better of.
    if (!body.person.id_number) delete body.person.id_kind;
  }
  if (told.get("declared_for") === "other") body.on_behalf = pick(ON_BEHALF);
  const answers = {};
  for (const { name } of form.querySelectorAll(ANSWERS)) {
    const answer = told.get(name) ?? (told.has("no_signs") ? "no" : null);
    if (answer) answers[name] = answer === "yes";
  }
  if (Object.keys(answers).length) {
    body.declaration = { answers, ...pick(DECLARATION), kind: text("kind") || "place" };
    if (answers.travelled) body.declaration.travelled_to = text("travelled_to");
  }
  return body;
}

// Writes a body that was not taken back into the form, and marks the field that was at fault.
export function write(form, { person, on_behalf, declaration }, field) {
  const { answers = {}, ...declared } = declaration ?? {};
  const told = { ...person, ...on_behalf, ...declared };
  for (const [name, answer] of Object.entries(answers)) told[name] = answer ? "yes" : "no";
  if (on_behalf) told.declared_for = "other";
  for (const control of form.elements) {
    const value = told[control.name];
    if (value === undefined) continue;
    if (["radio", "checkbox"].includes(control.type)) control.checked = control.value === value;
    else control.value = value;
  }
  form.querySelector(`[name="${CSS.escape(field ?? "")}"]`)?.setAttribute("aria-invalid", "true");
}
