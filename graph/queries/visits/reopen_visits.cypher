// visits/reopen_visits: take back exits: what was known is withdrawn, the next version is open.
//
// $rows         LIST<MAP>       by visit_id, each once: visit_id STRING, left_at_s INTEGER, the
//                               exit to take back in seconds of the epoch, days LIST<DATE>, the
//                               local days up to the latest possible exit
// $batch_id     STRING          how it came
// $recorded_at  ZONED DATETIME  when it became known
//
// Returns 0..n rows, by visit_id, one for each visit that is open again by this:
//   visit_id, person_id  STRING
UNWIND $rows AS row
MATCH (person:Person)-[visit:VISITED]->(bucket:VenueDay)
WHERE
  visit.visit_id = row.visit_id AND
  visit.day IS NOT NULL AND
  visit.version IS NOT NULL
// The lock makes one of two that are told at once the first.
SET visit.source = visit.source
WITH row, person, visit, bucket
WHERE
  visit.retracted_at IS NULL AND
  visit.left_by IS NOT NULL AND
  visit.left_at.epochSeconds = row.left_at_s
SET visit.retracted_at = $recorded_at
WITH row, person, visit, bucket
WHERE visit.day IN row.days
MERGE
  (person)-
    [open:VISITED {
        visit_id: row.visit_id,
        day: visit.day,
        version: visit.version + 1
      }]->
  (bucket)
  ON CREATE SET
    open.source = visit.source,
    open.batch_id = $batch_id,
    open.expected_left_at = visit.expected_left_at,
    open.left_by = visit.left_by,
    open.recorded_at = $recorded_at,
    open.arrived_at = visit.arrived_at
RETURN DISTINCT row.visit_id AS visit_id, person.person_id AS person_id
ORDER BY visit_id