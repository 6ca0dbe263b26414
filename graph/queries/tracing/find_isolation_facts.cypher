// tracing/find_isolation_facts: every isolation of some people, withdrawn ones too.
//
// $person_ids  LIST<STRING>  each once
//
// Returns 0..n rows, by person_id, started_at_s, isolation_id; times in seconds of the epoch:
//   person_id, isolation_id  STRING
//   venue_id                 STRING   where
//   started_at_s             INTEGER
//   recorded_at_s            INTEGER
//   retracted_at_s           INTEGER  or null
//   source, batch_id         STRING
UNWIND $person_ids AS person_id
MATCH (:Person {person_id: person_id})-[isolated:ISOLATED]->(venue:Venue)
RETURN
  person_id,
  isolated.isolation_id AS isolation_id,
  venue.venue_id AS venue_id,
  isolated.started_at.epochSeconds AS started_at_s,
  isolated.recorded_at.epochSeconds AS recorded_at_s,
  isolated.retracted_at.epochSeconds AS retracted_at_s,
  isolated.source AS source,
  isolated.batch_id AS batch_id
ORDER BY person_id, started_at_s, isolation_id