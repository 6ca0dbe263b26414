// visits/record_exits: fill in when people left whose exit was not known.
//
// $rows         LIST<MAP>       by visit_id, each once: visit_id STRING, left_at_s INTEGER in
//                               seconds of the epoch, days LIST<DATE>, the local days from
//                               arrival to exit, whose buckets exist already
// $recorded_at  ZONED DATETIME  when the exit became known
//
// Returns 0..n rows, by visit_id, one for each visit that had no exit and has one now:
//   visit_id, person_id  STRING
UNWIND $rows AS row
MATCH (person:Person)-[visit:VISITED]->(bucket:VenueDay)
WHERE
  visit.visit_id = row.visit_id AND
  visit.day IS NOT NULL AND
  visit.version IS NOT NULL
// The lock makes one of two exits that are told at once the first.
SET visit.source = visit.source
WITH row, person, visit, bucket
WHERE visit.left_at IS NULL AND visit.retracted_at IS NULL
WITH row, person, bucket.venue_id AS venue_id, collect(visit) AS edges
FOREACH (visit IN edges |
  SET
    visit.left_recorded_at = $recorded_at,
    visit.left_at = datetime({epochSeconds: row.left_at_s})
)
WITH
  row,
  person,
  venue_id,
  edges[0] AS first,
  [visit IN edges | visit.day] AS laid
CALL (row, person, venue_id, first, laid) {
  UNWIND [day IN row.days WHERE NOT day IN laid] AS day
  MATCH (bucket:VenueDay {venue_id: venue_id, day: day})
  MERGE
    (person)-
      [visit:VISITED {
          visit_id: row.visit_id,
          day: day,
          version: first.version
        }]->
    (bucket)
    ON CREATE SET
      visit.source = first.source,
      visit.batch_id = first.batch_id,
      visit.expected_left_at = first.expected_left_at,
      visit.left_by = first.left_by,
      visit.recorded_at = first.recorded_at,
      visit.left_recorded_at = $recorded_at,
      visit.left_at = datetime({epochSeconds: row.left_at_s}),
      visit.arrived_at = first.arrived_at
}
RETURN row.visit_id AS visit_id, person.person_id AS person_id
ORDER BY visit_id