// cases/count_cases: how many cases were known at a moment.
//
// $as_of     ZONED DATETIME  reads the reports recorded by then
//
// Returns 1 row:
//   cases  INTEGER  with a report by then, whichever of its reports that is
MATCH (stated:Case)-[:STATED_BY]->(report:CaseReport)
WHERE report.recorded_at <= $as_of
RETURN count(DISTINCT stated) AS cases
ORDER BY cases