// tracing/find_infectious_ends: from when on people who are no sources infect nobody.
//
// $person_ids  LIST<STRING>    each once
// $as_of       ZONED DATETIME  reads what was recorded by then and not retracted by then
//
// Returns 0..n rows, by person_id, one for each of them who was isolated or quarantined:
//   person_id  STRING
//   until_s    INTEGER  the earliest isolation, or that of their newest case report, in seconds of
//                       the epoch
UNWIND $person_ids AS person_id
MATCH (person:Person {person_id: person_id})
CALL (person) {
  MATCH (person)-[isolated:ISOLATED]->(:Venue)
  WHERE
    isolated.recorded_at <= $as_of AND
    (isolated.retracted_at IS NULL OR isolated.retracted_at > $as_of)
  RETURN isolated.started_at AS until
    UNION ALL
  MATCH (person)-[:HAS_CASE]->(stated:Case)-[:STATED_BY]->(report:CaseReport)
  WHERE report.recorded_at <= $as_of
  WITH stated, report
  ORDER BY report.recorded_at DESC, report.number DESC
  WITH stated, collect(report)[0] AS newest
  RETURN newest.isolated_at AS until
}
WITH person_id, min(until) AS until
WHERE until IS NOT NULL
RETURN person_id, until.epochSeconds AS until_s
ORDER BY person_id