// registrations/merge_registrations: take in units, each once; a unit sent again stays as it is.
//
// $rows       LIST<MAP>       by registration_id, each once: index INTEGER; registration_id,
//                             digest, unit_code, name, name_key, category, state, source,
//                             contact_sealed STRING; has_email, is_on_ncovi BOOLEAN; due_at
//                             ZONED DATETIME or null; and or null: round_id, address,
//                             address_key, tax_number, holds_code_of, note, phone_index,
//                             batch_id STRING, gate_count, row_number INTEGER
// $at         ZONED DATETIME  when they were received
// $account_id STRING          of the officer, or null
// $role       STRING          who sends them: a role, unit or system
// $office     STRING          the officer's unit_code, or null
//
// Returns 0..n rows, by index, one for each row given:
//   index    INTEGER  of that row
//   outcome  STRING   new, same, other (stored with other content), no_unit (no such unit)
UNWIND $rows AS row
OPTIONAL MATCH (stored:Registration {registration_id: row.registration_id})
OPTIONAL MATCH (unit:Unit {unit_code: row.unit_code})
WITH
  row,
  unit,
  CASE
    WHEN stored.digest = row.digest THEN 'same'
    WHEN stored IS NOT NULL THEN 'other'
    WHEN unit IS NULL THEN 'no_unit'
    ELSE 'new'
  END AS outcome
CALL (row, unit, outcome) {
  WITH row, unit, outcome
  WHERE outcome = 'new'
  OPTIONAL MATCH (round:IntakeRound {round_id: row.round_id})
  WITH row, unit, round
  MERGE (registration:Registration {registration_id: row.registration_id})
    ON CREATE SET
      registration.digest = row.digest,
      registration.name = row.name,
      registration.name_key = row.name_key,
      registration.category = row.category,
      registration.address = row.address,
      registration.address_key = row.address_key,
      registration.tax_number = row.tax_number,
      registration.gate_count = row.gate_count,
      registration.holds_code_of = row.holds_code_of,
      registration.is_on_ncovi = row.is_on_ncovi,
      registration.note = row.note,
      registration.contact_sealed = row.contact_sealed,
      registration.phone_index = row.phone_index,
      registration.has_email = row.has_email,
      registration.state = row.state,
      registration.entered_at = $at,
      registration.due_at = row.due_at,
      registration.received_at = $at,
      registration.is_late = coalesce(round.closes_at <= $at, false),
      registration.source = row.source,
      registration.row_number = row.row_number,
      registration.batch_id = row.batch_id,
      registration.step_count = 1
  MERGE (step:RegistrationStep {step_id: row.registration_id})
    ON CREATE SET
      step.number = 1,
      step.to_state = row.state,
      step.at = $at,
      step.account_id = $account_id,
      step.role = $role,
      step.office = $office,
      step.is_back = false
  MERGE (registration)-[placed:IN]->(unit)
    ON CREATE SET placed.recorded_at = $at
  MERGE (registration)-[:WENT]->(step)
  FOREACH (one IN
    CASE
      WHEN round IS NULL THEN []
      ELSE [round]
    END |
    MERGE (registration)-[:OF_ROUND]->(one)
  )
}
RETURN row.index AS index, outcome
ORDER BY index