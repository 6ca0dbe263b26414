// traces/merge_found: people whom a trace to be saved has found, with the contacts that prove it.
//
// $trace_id  STRING     a trace that was started
// $rows      LIST<MAP>  by person_id, each once: person_id, certainty STRING; number, hop, minutes
//                       INTEGER; exposed_at_s, earliest_at_s INTEGER, seconds of the epoch; is_case
//                       BOOLEAN; and the path, a place a contact: path_from LIST<INTEGER>, numbers
//                       within the trace; path_venue_ids LIST<STRING>, empty for a meeting;
//                       path_started_s, path_ended_s LIST<INTEGER>; path_certainties LIST<STRING>
//
// Returns 0 rows; somebody whom the store no longer knows is left out.
MATCH (trace:Trace {trace_id: $trace_id})
UNWIND $rows AS row
MATCH (person:Person {person_id: row.person_id})
MERGE (trace)-[found:FOUND {number: row.number}]->(person)
  ON CREATE SET
    found.hop = row.hop,
    found.exposed_at = datetime({epochSeconds: row.exposed_at_s}),
    found.earliest_at = datetime({epochSeconds: row.earliest_at_s}),
    found.minutes = row.minutes,
    found.certainty = row.certainty,
    found.is_case = row.is_case,
    found.path_from = row.path_from,
    found.path_venue_ids = row.path_venue_ids,
    found.path_started_at =
      [second IN row.path_started_s | datetime({epochSeconds: second})],
    found.path_ended_at =
      [second IN row.path_ended_s | datetime({epochSeconds: second})],
    found.path_certainties = row.path_certainties