// tracing/find_meeting_facts: every meeting of some pairs of people, withdrawn ones too.
//
// $wanted  LIST<MAP>  each once: person_id, other_id STRING
//
// Returns 0..n rows, by person_id, other_id, contact_id; times in seconds of the epoch:
//   person_id, other_id       STRING   as they were asked for
//   contact_id                STRING
//   started_at_s, ended_at_s  INTEGER  end excluded
//   recorded_at_s             INTEGER
//   retracted_at_s            INTEGER  or null
//   source, batch_id          STRING
UNWIND $wanted AS wanted
MATCH
  (:Person {person_id: wanted.person_id})-[met:MET]-
  (:Person {person_id: wanted.other_id})
RETURN
  wanted.person_id AS person_id,
  wanted.other_id AS other_id,
  met.contact_id AS contact_id,
  met.started_at.epochSeconds AS started_at_s,
  met.ended_at.epochSeconds AS ended_at_s,
  met.recorded_at.epochSeconds AS recorded_at_s,
  met.retracted_at.epochSeconds AS retracted_at_s,
  met.source AS source,
  met.batch_id AS batch_id
ORDER BY person_id, other_id, contact_id