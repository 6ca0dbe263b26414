// cases/count_cases: how many cases were known at a moment.
//
// $as_of     ZONED DATETIME  reads the reports recorded by then
//
// Returns 1 row:
//   cases  INTEGER
MATCH (stated:Case)-[:STATED_BY]->(report:CaseReport {number: 1})
WHERE report.recorded_at <= $as_of
RETURN count(stated) AS cases
ORDER BY cases
