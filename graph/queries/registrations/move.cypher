// registrations/move: bring registrations into a state, those for which that is legal now.
//
// One step is legal: a way of the table for the stored state, the actor's role and the kind; or
// back to where the actor's own office moved it from, while nobody went on. It is judged after
// each registration is locked, so that of two officers one wins.
//
// $registration_ids  LIST<STRING>    sorted, each once
// $to_state          STRING          into which state
// $key               STRING          the sender's: sent again under it, nothing moves again
// $units             LIST<STRING>    the unit codes of the actor's area
// $ways              LIST<MAP>       of the table, to this state by this role: chain, from_state,
//                                    kinds STRING (any, official, other)
// $official          LIST<STRING>    the kinds that are official
// $chain             STRING          the chain of what is of no round
// $returnable        LIST<STRING>    the states that a move can be taken back from
// $reasoned          LIST<STRING>    the states from which this move is told why
// $at                ZONED DATETIME  now
// $due_at            ZONED DATETIME  when it is to have left the new state, or null
// $is_deadline       BOOLEAN         whether that is rather the end of its round, if still to come
// $account_id        STRING          of the officer, or null
// $role              STRING          the actor's role
// $office            STRING          the actor's unit_code, or null
// $reason            STRING          or null
// $letter            STRING          the letter it rests on, or null
// $basis             STRING          why it is excluded, or null
// $issuer            STRING          who gave the unit its code, or null
// $issued_code       STRING          that code, or null
// $issued_on         DATE            when it was given, or null
// $same_as           STRING          of which registration it is a duplicate, or null
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
    MATCH (registration)-[:IN]->(unit:Unit)
    WHERE unit.unit_code IN $units
  } AS is_known
CALL (registration) {
  OPTIONAL MATCH (registration)-[:OF_ROUND]->(round:IntakeRound)
  RETURN coalesce(max(round.chain), $chain) AS chain, max(round.closes_at) AS closes_at
}
CALL (registration) {
  OPTIONAL MATCH (registration)-[:WENT]->(step:RegistrationStep)
  WITH step
  ORDER BY step.number DESC
  RETURN collect(step) AS steps
}
OPTIONAL MATCH (original:Registration {registration_id: $same_as})
WHERE $to_state = 'duplicate' AND original.registration_id <> registration_id
WITH
  *,
  registration.state AS state,
  steps[0] AS last,
  any(step IN steps WHERE step.step_id = $key + '/' + registration_id) AS is_repeated,
  registration.category IN $official AS is_official
WITH
  *,
  any(
    way IN $ways WHERE
      way.chain = chain AND
      way.from_state = state AND
      (way.kinds = 'any' OR (way.kinds = 'official') = is_official)
  ) AS is_forward,
  coalesce(
    state IN $returnable AND
    last.to_state = state AND
    last.from_state = $to_state AND
    last.role = $role AND
    coalesce(last.office, '') = coalesce($office, '') AND
    NOT last.is_back,
    false
  ) AS is_back
WITH
  *,
  CASE
    WHEN NOT is_known THEN 'unknown'
    WHEN is_repeated THEN 'repeated'
    WHEN NOT is_forward AND NOT is_back THEN 'illegal'
    WHEN state IN $reasoned AND $reason IS NULL THEN 'no_reason'
    WHEN
      $to_state = 'duplicate' AND $same_as IS NOT NULL AND original IS NULL
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
      WHEN $at < registration.entered_at THEN registration.entered_at
      ELSE $at
    END AS moment
  CREATE
    (registration)-[:WENT]->
    (:RegistrationStep {
      step_id: $key + '/' + registration_id,
      number: registration.step_count + 1,
      from_state: state,
      to_state: $to_state,
      at: moment,
      after_s: duration.inSeconds(registration.entered_at, moment).seconds,
      account_id: $account_id,
      role: $role,
      office: $office,
      reason: $reason,
      letter: $letter,
      is_back: NOT is_forward,
      basis: $basis,
      issuer: $issuer,
      issued_code: $issued_code,
      issued_on: $issued_on
    })
  SET
    registration.step_count = registration.step_count + 1,
    registration.state = $to_state,
    registration.entered_at = moment,
    registration.due_at =
      CASE
        WHEN $is_deadline AND closes_at > moment THEN closes_at
        ELSE $due_at
      END
  WITH registration, original, registration_id, moment
  FOREACH (one IN
    CASE
      WHEN original IS NULL THEN []
      ELSE [original]
    END |
    CREATE (registration)-[same:SAME_AS]->(one)
    SET
      same.step_id = $key + '/' + registration_id,
      same.evidence = $reason,
      same.recorded_at = moment
  )
}
CALL (registration, state, outcome) {
  WITH registration, state, outcome
  WHERE outcome = 'moved' AND state = 'duplicate'
  MATCH (registration)-[same:SAME_AS]->(:Registration)
  WHERE same.retracted_at IS NULL
  SET same.retracted_at = $at
}
RETURN
  registration_id,
  outcome,
  CASE
    WHEN outcome = 'moved' THEN $to_state
    WHEN is_known THEN state
  END AS state
ORDER BY registration_id