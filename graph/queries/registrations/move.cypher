// registrations/move: bring registrations into a state, those for which that is legal now.
//
// One step is legal: a way of the table for the stored state, the actor's role and the kind; or
// back to where the actor's own office moved it from, while nobody went on. It is judged after
// each registration is locked, so that of two officers one wins.
//
// $registration_ids  LIST<STRING>  sorted, each once
// $step              MAP           what is to be done; one value, so that one plan serves all:
//                                  to_state STRING into which state; key STRING of the sender,
//                                  sent again under it nothing moves again; area MAP of the
//                                  actor's office, as find_desk takes it; ways LIST<MAP> of the
//                                  table to this state by this role, with chain, from_state,
//                                  kinds (any, official, other) STRING; official LIST<STRING>
//                                  the kinds that are official; chain STRING of what is of no
//                                  round; returnable LIST<STRING> the states that a move can
//                                  be taken back from; reasoned LIST<STRING> those from which
//                                  this move is told why; at ZONED DATETIME now; due_at ZONED
//                                  DATETIME until when it is to leave the new state, or null;
//                                  is_deadline BOOLEAN whether that is rather the end of its
//                                  round, if still to come; role STRING the actor's; and or
//                                  null: account_id, office (the unit_code), reason, letter,
//                                  basis, issuer, issued_code, same_as (of which registration
//                                  it is a duplicate) STRING, issued_on DATE
//
// Returns 0..n rows, by registration_id, one for each that was given:
//   registration_id  STRING
//   outcome          STRING  moved; repeated (under this key before); unknown (none in the area);
//                            illegal; no_reason; no_original (of a duplicate)
//   state            STRING  the state it is in now; null if unknown
UNWIND $registration_ids AS registration_id
OPTIONAL MATCH (registration:Registration {registration_id: registration_id})
CALL (registration) {
  WITH registration
  WHERE registration IS NOT NULL
  // Nothing of it is read before this lock is held.
  SET registration.registration_id = registration.registration_id
}
WITH
  registration_id,
  registration,
  EXISTS {
    MATCH (registration)-[placed:IN]->(unit:Unit)
    WHERE any(
      span IN coalesce($step.area[unit.unit_code], []) WHERE
        (span.from IS NULL OR placed.recorded_at >= span.from) AND
        (span.until IS NULL OR placed.recorded_at < span.until)
    )
  } AS is_known
CALL (registration) {
  OPTIONAL MATCH (registration)-[:OF_ROUND]->(round:IntakeRound)
  RETURN coalesce(max(round.chain), $step.chain) AS chain, max(round.closes_at) AS closes_at
}
CALL (registration) {
  OPTIONAL MATCH (registration)-[:WENT]->(step:RegistrationStep)
  WITH step
  ORDER BY step.number DESC
  RETURN collect(step) AS steps
}
OPTIONAL MATCH (original:Registration {registration_id: $step.same_as})
WHERE $step.to_state = 'duplicate' AND original.registration_id <> registration_id
WITH
  *,
  registration.state AS state,
  steps[0] AS last,
  any(step IN steps WHERE step.step_id = $step.key + '/' + registration_id) AS is_repeated,
  registration.category IN $step.official AS is_official
WITH
  *,
  any(
    way IN $step.ways WHERE
      way.chain = chain AND
      way.from_state = state AND
      (way.kinds = 'any' OR (way.kinds = 'official') = is_official)
  ) AS is_forward,
  coalesce(
    state IN $step.returnable AND
    last.to_state = state AND
    last.from_state = $step.to_state AND
    last.role = $step.role AND
    coalesce(last.office, '') = coalesce($step.office, '') AND
    NOT last.is_back,
    false
  ) AS is_back
WITH
  *,
  CASE
    WHEN NOT is_known THEN 'unknown'
    WHEN is_repeated THEN 'repeated'
    WHEN NOT is_forward AND NOT is_back THEN 'illegal'
    WHEN state IN $step.reasoned AND $step.reason IS NULL THEN 'no_reason'
    WHEN
      $step.to_state = 'duplicate' AND $step.same_as IS NOT NULL AND original IS NULL
    THEN 'no_original'
    ELSE 'moved'
  END AS outcome
CALL (
  registration_id, registration, original, state, closes_at, is_forward, outcome
) {
  WITH *
  WHERE outcome = 'moved'
  WITH
    *,
    CASE
      WHEN $step.at < registration.entered_at THEN registration.entered_at
      ELSE $step.at
    END AS moment
  CREATE
    (registration)-[:WENT]->
    (:RegistrationStep {
      step_id: $step.key + '/' + registration_id,
      number: registration.step_count + 1,
      from_state: state,
      to_state: $step.to_state,
      at: moment,
      after_s: duration.inSeconds(registration.entered_at, moment).seconds,
      account_id: $step.account_id,
      role: $step.role,
      office: $step.office,
      reason: $step.reason,
      letter: $step.letter,
      is_back: NOT is_forward,
      basis: $step.basis,
      issuer: $step.issuer,
      issued_code: $step.issued_code,
      issued_on: $step.issued_on
    })
  SET
    registration.step_count = registration.step_count + 1,
    registration.state = $step.to_state,
    registration.entered_at = moment,
    registration.due_at =
      CASE
        WHEN $step.is_deadline AND closes_at > moment THEN closes_at
        ELSE $step.due_at
      END
  WITH registration, original, registration_id, moment
  FOREACH (one IN
    CASE
      WHEN original IS NULL THEN []
      ELSE [original]
    END |
    CREATE (registration)-[same:SAME_AS]->(one)
    SET
      same.step_id = $step.key + '/' + registration_id,
      same.evidence = $step.reason,
      same.recorded_at = moment
  )
}
CALL (registration, state, outcome) {
  WITH registration, state, outcome
  WHERE outcome = 'moved' AND state = 'duplicate'
  MATCH (registration)-[same:SAME_AS]->(:Registration)
  WHERE same.retracted_at IS NULL
  SET same.retracted_at = $step.at
}
RETURN
  registration_id,
  outcome,
  CASE
    WHEN outcome = 'moved' THEN $step.to_state
    WHEN is_known THEN state
  END AS state
ORDER BY registration_id