// cases/find_reports: everything that was stated of a case, as known at a moment.
//
// $case_id   STRING          which
// $as_of     ZONED DATETIME  reads the reports recorded by then
//
// Returns 0..n rows, the newest first, of one moment the higher number:
//   number                     INTEGER         from 1, as they came in
//   recorded_at                ZONED DATETIME
//   classification, source     STRING
//   onset_on, sampled_on       DATE            or null
//   confirmed_at, isolated_at  ZONED DATETIME  or null
MATCH (:Case {case_id: $case_id})-[:STATED_BY]->(report:CaseReport)
WHERE report.recorded_at <= $as_of
RETURN
  report.number AS number,
  report.recorded_at AS recorded_at,
  report.classification AS classification,
  report.onset_on AS onset_on,
  report.sampled_on AS sampled_on,
  report.confirmed_at AS confirmed_at,
  report.isolated_at AS isolated_at,
  report.source AS source
ORDER BY recorded_at DESC, number DESC