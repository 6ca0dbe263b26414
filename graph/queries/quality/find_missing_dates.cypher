// quality/find_missing_dates: cases that lack a date which tracing needs.
//
// $as_of   ZONED DATETIME  reads what was recorded by then and not retracted by then
// $most    INTEGER         counts no further than so many
// $limit   INTEGER         returns at most so many of them
// $offset  INTEGER         after so many
//
// Returns 1 row:
//   total  INTEGER    how many cases
//   rows   LIST<MAP>  the case last recorded first, then by case_id: case_id, person_id,
//                     classification STRING; missing LIST<STRING>, of anchor (neither onset nor
//                     sample is known) and confirmed_at
MATCH
  (person:Person)-[:HAS_CASE]->(stated:Case)-[:STATED_BY]->(report:CaseReport)
WHERE report.recorded_at <= $as_of
WITH person, stated, report
ORDER BY report.recorded_at DESC, report.number DESC
WITH person, stated, collect(report)[0] AS newest
WHERE newest.classification <> 'discarded'
WITH
  person,
  stated,
  newest,
  [lack IN
      [
        CASE
          WHEN newest.onset_on IS NULL AND newest.sampled_on IS NULL THEN 'anchor'
        END,
        CASE
          WHEN
            newest.classification = 'confirmed' AND newest.confirmed_at IS NULL
            THEN 'confirmed_at'
        END
      ]
    WHERE lack IS NOT NULL] AS missing
WHERE size(missing) > 0
ORDER BY newest.recorded_at DESC, stated.case_id
LIMIT toInteger($most)
WITH
  collect({
    case_id: stated.case_id,
    person_id: person.person_id,
    classification: newest.classification,
    missing: missing
  }) AS found
RETURN
  size(found) AS total,
  found[toInteger($offset)..toInteger($offset + $limit)] AS rows
ORDER BY total