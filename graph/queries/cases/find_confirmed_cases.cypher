// cases/find_confirmed_cases: every case that stood as confirmed at a moment.
//
// $as_of     ZONED DATETIME  reads the reports recorded by then
//
// Returns 0..n rows, by case_id:
//   case_id, person_id              STRING
//   person_name                     STRING          or null
//   number                          INTEGER         of the report that is the newest at that moment
//   recorded_at                     ZONED DATETIME  of it
//   classification, source          STRING
//   onset_on, sampled_on            DATE            or null
//   confirmed_at, isolated_at       ZONED DATETIME  or null
MATCH
  (person:Person)-[:HAS_CASE]->(stated:Case)-[:STATED_BY]->(report:CaseReport)
WHERE report.recorded_at <= $as_of
WITH person, stated, report
ORDER BY report.recorded_at DESC, report.number DESC
WITH person, stated, collect(report)[0] AS newest
WHERE newest.classification = 'confirmed'
RETURN
  stated.case_id AS case_id,
  person.person_id AS person_id,
  person.full_name AS person_name,
  newest.number AS number,
  newest.recorded_at AS recorded_at,
  newest.classification AS classification,
  newest.onset_on AS onset_on,
  newest.sampled_on AS sampled_on,
  newest.confirmed_at AS confirmed_at,
  newest.isolated_at AS isolated_at,
  newest.source AS source
ORDER BY case_id