// registrations/pass_on: give registrations to the desk that takes them, of another unit or kind.
//
// $registration_ids  LIST<STRING>    sorted, each once
// $unit_code         STRING          of the commune that they are in, as it turned out
// $category          STRING          their kind, as it turned out, or null to leave it
// $key               STRING          the sender's: sent again under it, nothing changes again
// $area              MAP             of an office, as find_desk takes it
// $turns             LIST<MAP>       what is the actor's to do: chain, state, kinds STRING
// $official          LIST<STRING>    the kinds that are official
// $chain             STRING          the chain of what is of no round
// $states            LIST<STRING>    from which states it is passed on
// $at                ZONED DATETIME  now
// $due_at            ZONED DATETIME  until when the next desk is to answer
// $account_id        STRING          of the officer
// $role              STRING          the actor's role
// $office            STRING          the actor's unit_code, or null
// $reason            STRING          or null
//
// Returns 0..n rows, by registration_id, one for each that was given:
//   registration_id  STRING
//   outcome          STRING  moved; repeated; unknown (none in the area, or no such commune);
//                            illegal (not of this desk)
//   state            STRING  the state it is in now; null if unknown
UNWIND $registration_ids AS registration_id
OPTIONAL MATCH (registration:Registration {registration_id: registration_id})
CALL (registration) {
  WITH registration
  WHERE registration IS NOT NULL
  SET registration.registration_id = registration.registration_id
}
OPTIONAL MATCH (to:Unit {unit_code: $unit_code})
CALL (registration) {
  OPTIONAL MATCH (registration)-[placed:IN]->(unit:Unit)
  RETURN head(collect(placed)) AS placed, head(collect(unit.unit_code)) AS from_unit
}
CALL (registration) {
  OPTIONAL MATCH (registration)-[:OF_ROUND]->(round:IntakeRound)
  RETURN coalesce(max(round.chain), $chain) AS chain
}
WITH
  *,
  registration.state AS state,
  registration.category IN $official AS is_official,
  EXISTS {
    MATCH (registration)-[:WENT]->(:RegistrationStep {step_id: $key + '/' + registration_id})
  } AS is_repeated
WITH
  *,
  CASE
    WHEN is_repeated THEN 'repeated'
    WHEN
      to IS NULL OR
      from_unit IS NULL OR
      none(
        span IN coalesce($area[from_unit], []) WHERE
          (span.from IS NULL OR placed.recorded_at >= span.from) AND
          (span.until IS NULL OR placed.recorded_at < span.until)
      )
    THEN 'unknown'
    WHEN
      state IN $states AND
      any(
        turn IN $turns WHERE
          turn.chain = chain AND
          turn.state = state AND
          (turn.kinds = 'any' OR (turn.kinds = 'official') = is_official)
      )
    THEN 'moved'
    ELSE 'illegal'
  END AS outcome
CALL (registration_id, registration, to, placed, from_unit, state, outcome) {
  WITH *
  WHERE outcome = 'moved'
  DELETE placed
  CREATE (registration)-[:IN {recorded_at: $at}]->(to)
  CREATE
    (registration)-[:WENT]->
    (:RegistrationStep {
      step_id: $key + '/' + registration_id,
      number: registration.step_count + 1,
      from_state: state,
      to_state: state,
      at: $at,
      after_s: duration.inSeconds(registration.entered_at, $at).seconds,
      account_id: $account_id,
      role: $role,
      office: $office,
      reason: $reason,
      is_back: false,
      from_unit: from_unit,
      to_unit: $unit_code
    })
  SET
    registration.step_count = registration.step_count + 1,
    registration.category = coalesce($category, registration.category),
    registration.entered_at = $at,
    registration.due_at = $due_at
}
RETURN
  registration_id,
  outcome,
  CASE
    WHEN outcome <> 'unknown' THEN state
  END AS state
ORDER BY registration_id