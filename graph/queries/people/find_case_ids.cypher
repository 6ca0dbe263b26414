// people/find_case_ids: which of some people are known, and the cases each of them had at a moment.
//
// $person_ids  LIST<STRING>    each once
// $as_of       ZONED DATETIME  reads the reports recorded by then
//
// Returns 0..n rows, by person_id, one a person who is known:
//   person_id  STRING
//   case_ids   LIST<STRING>  sorted; empty without a case
UNWIND $person_ids AS person_id
MATCH (person:Person {person_id: person_id})
CALL (person) {
  MATCH (person)-[:HAS_CASE]->(stated:Case)
  WHERE
    EXISTS {
      MATCH (stated)-[:STATED_BY]->(report:CaseReport)
      WHERE report.recorded_at <= $as_of
    }
  WITH stated.case_id AS case_id
  ORDER BY case_id
  RETURN collect(case_id) AS case_ids
}
RETURN person_id, case_ids
ORDER BY person_id