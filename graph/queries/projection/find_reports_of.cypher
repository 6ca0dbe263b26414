// projection/find_reports_of: the case reports of some people, as lists.
//
// $person_ids  LIST<STRING>  whose, each once
//
// Returns 1 row of lists, in one order; times in seconds of the epoch:
//   case_id, person_id  LIST<STRING>   one place a report
//   number, recorded_s  LIST<INTEGER>
//   is_confirmed        LIST<BOOLEAN>
//   isolated_s          LIST<INTEGER>  -1 if the report names no isolation
UNWIND $person_ids AS person_id
MATCH
  (:Person {person_id: person_id})-[:HAS_CASE]->
  (stated:Case)-[:STATED_BY]->
  (report:CaseReport)
RETURN
  collect(stated.case_id) AS case_id,
  collect(person_id) AS person_id,
  collect(report.number) AS number,
  collect(report.recorded_at.epochSeconds) AS recorded_s,
  collect(report.classification = 'confirmed') AS is_confirmed,
  collect(coalesce(report.isolated_at.epochSeconds, -1)) AS isolated_s
ORDER BY case_id