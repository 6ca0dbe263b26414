// cases/merge_reports: add what is newly stated of cases; a case begins with its first report.
//
// $rows         LIST<MAP>       by case_id, each once: index INTEGER; case_id, person_id,
//                               classification STRING; onset_on, sampled_on DATE or null;
//                               confirmed_at, isolated_at ZONED DATETIME or null
// $source       STRING          the kind of source
// $batch_id     STRING          the batch that the rows came by
// $recorded_at  ZONED DATETIME  when they became known
//
// Returns 0..n rows, by index, one for each row that changed nothing:
//   index    INTEGER  of that row
//   is_same  BOOLEAN  true if the newest report known by then states the same; false if the case is stored
//                     for another person, and the row is refused
UNWIND $rows AS row
MERGE (stated:Case {case_id: row.case_id})
// The lock puts reports that come in at once one after the other.
SET stated.case_id = row.case_id
WITH row, stated
OPTIONAL MATCH (owner:Person)-[:HAS_CASE]->(stated)
OPTIONAL MATCH (stated)-[:STATED_BY]->(report:CaseReport)
WITH row, stated, owner, report
ORDER BY row.case_id, report.recorded_at DESC, report.number DESC
WITH row, stated, owner, max(report.number) AS last, collect(report) AS reports
WITH
  row,
  stated,
  owner,
  coalesce(last, 0) + 1 AS number,
  head([report IN reports WHERE report.recorded_at <= $recorded_at]) AS newest
WITH
  row,
  stated,
  number,
  owner IS NOT NULL AND owner.person_id <> row.person_id AS is_other,
  coalesce(
    newest.classification = row.classification AND
    coalesce(toString(newest.onset_on), '') =
    coalesce(toString(row.onset_on), '') AND
    coalesce(toString(newest.sampled_on), '') =
    coalesce(toString(row.sampled_on), '') AND
    coalesce(toString(newest.confirmed_at), '') =
    coalesce(toString(row.confirmed_at), '') AND
    coalesce(toString(newest.isolated_at), '') =
    coalesce(toString(row.isolated_at), ''),
    false
  ) AS is_same
CALL (row, stated, number, is_other, is_same) {
  WITH row, stated, number, is_other, is_same
  WHERE NOT is_other AND NOT is_same
  MERGE (person:Person {person_id: row.person_id})
    ON CREATE SET
      person.source = $source,
      person.batch_id = $batch_id,
      person.recorded_at = $recorded_at
  MERGE (person)-[:HAS_CASE]->(stated)
  MERGE (report:CaseReport {case_id: row.case_id, number: number})
    ON CREATE SET
      report.classification = row.classification,
      report.onset_on = row.onset_on,
      report.sampled_on = row.sampled_on,
      report.confirmed_at = row.confirmed_at,
      report.isolated_at = row.isolated_at,
      report.source = $source,
      report.batch_id = $batch_id,
      report.recorded_at = $recorded_at
  MERGE (stated)-[:STATED_BY]->(report)
}
WITH row, is_other, is_same
WHERE is_other OR is_same
RETURN row.index AS index, NOT is_other AS is_same
ORDER BY index