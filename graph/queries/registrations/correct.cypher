// registrations/correct: what a unit says anew of itself, in the same commit as the step it takes.
//
// $registration_id  STRING        which
// $step_id          STRING        the step by which it was sent again
// $changed          LIST<STRING>  the names of what is told anew
// $name             STRING        as it is stored
// $name_key         STRING        folded
// $category         STRING        the code of its kind
// $address          STRING        or null
// $address_key      STRING        folded, or null
// $tax_number       STRING        or null
// $gate_count       INTEGER       or null
// $holds_code_of    STRING        or null
// $is_on_ncovi      BOOLEAN       whether it is on NCOVI
// $note             STRING        or null
// $contact_sealed   STRING        whom to call
// $phone_index      STRING        or null
// $has_email        BOOLEAN       whether that holds an e-mail address
//
// Returns 0..1 rows:
//   registration_id  STRING  of the registration, if that step is its own
MATCH
  (registration:Registration {registration_id: $registration_id})-[:WENT]->
  (step:RegistrationStep {step_id: $step_id})
SET
  step.changed = $changed,
  registration.name = $name,
  registration.name_key = $name_key,
  registration.category = $category,
  registration.address = $address,
  registration.address_key = $address_key,
  registration.tax_number = $tax_number,
  registration.gate_count = $gate_count,
  registration.holds_code_of = $holds_code_of,
  registration.is_on_ncovi = $is_on_ncovi,
  registration.note = $note,
  registration.contact_sealed = $contact_sealed,
  registration.phone_index = $phone_index,
  registration.has_email = $has_email
RETURN registration.registration_id AS registration_id
ORDER BY registration_id