// tracing/find_report_facts: everything that was ever stated of the cases of some people.
//
// $person_ids  LIST<STRING>  each once
//
// Returns 0..n rows, by person_id, case_id, then as they came in; of one moment the higher number last:
//   person_id, case_id         STRING
//   number                     INTEGER
//   recorded_at                ZONED DATETIME
//   classification             STRING
//   onset_on, sampled_on       DATE            or null
//   confirmed_at, isolated_at  ZONED DATETIME  or null
//   source, batch_id           STRING
UNWIND $person_ids AS person_id
MATCH
  (:Person {person_id: person_id})-[:HAS_CASE]->
  (stated:Case)-[:STATED_BY]->
  (report:CaseReport)
RETURN
  person_id,
  stated.case_id AS case_id,
  report.number AS number,
  report.recorded_at AS recorded_at,
  report.classification AS classification,
  report.onset_on AS onset_on,
  report.sampled_on AS sampled_on,
  report.confirmed_at AS confirmed_at,
  report.isolated_at AS isolated_at,
  report.source AS source,
  report.batch_id AS batch_id
ORDER BY person_id, case_id, recorded_at, number