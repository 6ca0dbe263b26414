// traces/merge_sources: the people that a trace to be saved starts from.
//
// $trace_id  STRING     a trace that was started
// $rows      LIST<MAP>  by person_id, each once: person_id STRING; number INTEGER, within the trace;
//                       infectious_from ZONED DATETIME; infectious_until ZONED DATETIME or null
//
// Returns 1 row:
//   sources  INTEGER  how many of them the store knows
MATCH (trace:Trace {trace_id: $trace_id})
UNWIND $rows AS row
MATCH (person:Person {person_id: row.person_id})
MERGE (trace)-[source:STARTED_FROM {number: row.number}]->(person)
  ON CREATE SET
    source.infectious_from = row.infectious_from,
    source.infectious_until = row.infectious_until
RETURN count(source) AS sources
ORDER BY sources