// tracing/find_confirmed_among: which people are confirmed cases themselves.
//
// $person_ids  LIST<STRING>    each once
// $as_of       ZONED DATETIME  reads the reports recorded by then
//
// Returns 0..n rows, by person_id:
//   person_id  STRING
CALL () {
  MATCH (:Case)
  RETURN count(*) AS cases
}
// It starts from the people or from the cases, whichever are fewer.
CALL (cases) {
  WITH cases
  WHERE cases > size($person_ids)
  UNWIND $person_ids AS person_id
  MATCH (:Person {person_id: person_id})-[:HAS_CASE]->(stated:Case)
  RETURN person_id, stated
    UNION ALL
  WITH cases
  WHERE cases <= size($person_ids)
  MATCH (person:Person)-[:HAS_CASE]->(stated:Case)
  WHERE person.person_id IN $person_ids
  RETURN person.person_id AS person_id, stated
}
MATCH (stated)-[:STATED_BY]->(report:CaseReport)
WHERE report.recorded_at <= $as_of
WITH person_id, stated, report
ORDER BY report.recorded_at DESC, report.number DESC
WITH person_id, stated, collect(report)[0] AS newest
WHERE newest.classification = 'confirmed'
RETURN DISTINCT person_id
ORDER BY person_id