// traces/find_sources: whom a saved trace started from; who was erased is left out.
//
// $trace_id  STRING  which
//
// Returns 0..n rows, by number:
//   number            INTEGER         within the trace
//   person_id         STRING
//   infectious_from   ZONED DATETIME
//   infectious_until  ZONED DATETIME  excluded; null for not yet
MATCH (:Trace {trace_id: $trace_id})-[source:STARTED_FROM]->(person:Person)
RETURN
  source.number AS number,
  person.person_id AS person_id,
  source.infectious_from AS infectious_from,
  source.infectious_until AS infectious_until
ORDER BY number