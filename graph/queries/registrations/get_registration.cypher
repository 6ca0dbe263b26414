// registrations/get_registration: all that is stored of one unit that wants a venue.
//
// $registration_id  STRING        which
// $area             MAP           of an office, as find_desk takes it
// $chain            STRING        the chain of what is of no round
//
// Returns 0..1 rows:
//   registration_id, name, category, state, chain, unit_code, source  STRING
//   unit_name, address, tax_number, holds_code_of, note, batch_id     STRING  or null
//   round_id, round_name, venue_id, contact_sealed, phone_index       STRING  or null
//   gate_count, row_number   INTEGER         or null
//   is_on_ncovi, has_email, is_late  BOOLEAN
//   received_at, placed_at, entered_at  ZONED DATETIME  placed: when its unit was told
//   due_at                   ZONED DATETIME  or null
//   same_as                  LIST<MAP>       of which units it is a duplicate, by registration_id:
//                                            registration_id, name STRING; evidence STRING or null
//   steps                    LIST<MAP>       the first one first: step_id, to_state, role STRING;
//                                            number INTEGER; at ZONED DATETIME; is_back BOOLEAN;
//                                            and or null: from_state, account_id, account_name,
//                                            office, office_name, reason, letter, basis, issuer,
//                                            issued_code, from_unit, to_unit, to_unit_name STRING,
//                                            after_s INTEGER, issued_on DATE, changed LIST<STRING>
MATCH (registration:Registration {registration_id: $registration_id})-[placed:IN]->(unit:Unit)
WHERE
  any(
    span IN coalesce($area[unit.unit_code], []) WHERE
      (span.from IS NULL OR placed.recorded_at >= span.from) AND
      (span.until IS NULL OR placed.recorded_at < span.until)
  )
OPTIONAL MATCH (registration)-[:OF_ROUND]->(round:IntakeRound)
OPTIONAL MATCH (registration)-[:FOR]->(venue:Venue)
CALL (registration) {
  OPTIONAL MATCH (registration)-[same:SAME_AS]->(original:Registration)
  WHERE same.retracted_at IS NULL
  WITH same, original
  ORDER BY original.registration_id
  RETURN
    collect(
      CASE
        WHEN original IS NOT NULL THEN
          {
            registration_id: original.registration_id,
            name: original.name,
            evidence: same.evidence
          }
      END
    ) AS same_as
}
CALL (registration) {
  MATCH (registration)-[:WENT]->(step:RegistrationStep)
  OPTIONAL MATCH (account:Account {account_id: step.account_id})
  OPTIONAL MATCH (office:Unit {unit_code: step.office})
  OPTIONAL MATCH (to:Unit {unit_code: step.to_unit})
  WITH step, account, office, to
  ORDER BY step.number
  RETURN
    collect({
      step_id: step.step_id,
      number: step.number,
      from_state: step.from_state,
      to_state: step.to_state,
      at: step.at,
      after_s: step.after_s,
      account_id: step.account_id,
      account_name: account.name,
      role: step.role,
      office: step.office,
      office_name: office.name,
      reason: step.reason,
      letter: step.letter,
      is_back: step.is_back,
      changed: step.changed,
      from_unit: step.from_unit,
      to_unit: step.to_unit,
      to_unit_name: to.name,
      basis: step.basis,
      issuer: step.issuer,
      issued_code: step.issued_code,
      issued_on: step.issued_on
    }) AS steps
}
RETURN
  registration.registration_id AS registration_id,
  registration.name AS name,
  registration.category AS category,
  registration.state AS state,
  coalesce(round.chain, $chain) AS chain,
  unit.unit_code AS unit_code,
  unit.name AS unit_name,
  registration.source AS source,
  registration.address AS address,
  registration.tax_number AS tax_number,
  registration.gate_count AS gate_count,
  registration.holds_code_of AS holds_code_of,
  registration.is_on_ncovi AS is_on_ncovi,
  registration.note AS note,
  registration.batch_id AS batch_id,
  registration.row_number AS row_number,
  round.round_id AS round_id,
  round.name AS round_name,
  venue.venue_id AS venue_id,
  registration.contact_sealed AS contact_sealed,
  registration.phone_index AS phone_index,
  registration.has_email AS has_email,
  registration.is_late AS is_late,
  registration.received_at AS received_at,
  placed.recorded_at AS placed_at,
  registration.entered_at AS entered_at,
  registration.due_at AS due_at,
  same_as,
  steps
ORDER BY registration_id, round_id, venue_id
LIMIT 1