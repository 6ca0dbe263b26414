// visits/cap_stays: shorten open stays of people who were seen elsewhere since.
//
// $rows         LIST<MAP>       by visit_id, each once: visit_id, venue_id STRING;
//                               expected_left_at_s, left_by_s INTEGER in seconds of the epoch;
//                               days LIST<DATE>, the local days until then, whose buckets exist
// $recorded_at  ZONED DATETIME  when that became known
//
// Returns 0..n rows, by visit_id, one for each stay that was open and ends sooner now:
//   visit_id, person_id  STRING
UNWIND $rows AS row
MATCH (person:Person)-[visit:VISITED]->(:VenueDay)
WHERE
  visit.visit_id = row.visit_id AND
  visit.day IS NOT NULL AND
  visit.version IS NOT NULL
// The lock makes an exit that is told at the same moment either the first or the last.
SET visit.source = visit.source
WITH row, person, visit
WHERE
  visit.retracted_at IS NULL AND
  visit.left_at IS NULL AND
  visit.left_by > datetime({epochSeconds: row.left_by_s})
WITH row, person, collect(visit) AS edges
FOREACH (visit IN edges |
  SET visit.retracted_at = $recorded_at
)
WITH row, person, edges[0] AS old
UNWIND row.days AS day
MATCH (bucket:VenueDay {venue_id: row.venue_id, day: day})
MERGE
  (person)-
    [visit:VISITED {
        visit_id: row.visit_id,
        day: day,
        version: old.version + 1
      }]->
  (bucket)
  ON CREATE SET
    visit.source = old.source,
    visit.batch_id = old.batch_id,
    visit.expected_left_at = datetime({epochSeconds: row.expected_left_at_s}),
    visit.left_by = datetime({epochSeconds: row.left_by_s}),
    visit.recorded_at = $recorded_at,
    visit.arrived_at = old.arrived_at
RETURN DISTINCT row.visit_id AS visit_id, person.person_id AS person_id
ORDER BY visit_id