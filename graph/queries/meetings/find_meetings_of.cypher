// meetings/find_meetings_of: whom a person met, as known at a moment.
//
// $person_id  STRING          whose
// $as_of      ZONED DATETIME  reads what was recorded by then and not retracted by then
//
// Returns 0..n rows, the newest first, then by contact_id:
//   contact_id             STRING
//   person_a               STRING          the person asked about
//   person_b               STRING          the other one
//   started_at, ended_at   ZONED DATETIME  end excluded
//   kind                   STRING          or null
//   source                 STRING
MATCH (person:Person {person_id: $person_id})-[met:MET]-(other:Person)
WHERE
  met.recorded_at <= $as_of AND
  (met.retracted_at IS NULL OR met.retracted_at > $as_of)
RETURN
  met.contact_id AS contact_id,
  person.person_id AS person_a,
  other.person_id AS person_b,
  met.started_at AS started_at,
  met.ended_at AS ended_at,
  met.kind AS kind,
  met.source AS source
ORDER BY started_at DESC, contact_id