// visits/merge_visits: lay visits, one edge for each local day that they touch.
//
// $rows         LIST<MAP>       by person_id, then visit_id, each visit once: visit_id, person_id,
//                               venue_id STRING; in seconds of the epoch arrived_at_s INTEGER, and
//                               or null left_at_s, expected_left_at_s, left_by_s INTEGER;
//                               days LIST<DATE>, the local days whose buckets exist already
// $source       STRING          the kind of source
// $batch_id     STRING          the batch that the rows came by
// $recorded_at  ZONED DATETIME  when they became known
//
// Returns 0 rows; an edge that exists already stays as is.
UNWIND $rows AS row
MATCH (person:Person {person_id: row.person_id})
UNWIND row.days AS day
MATCH (bucket:VenueDay {venue_id: row.venue_id, day: day})
MERGE
  (person)-[visit:VISITED {visit_id: row.visit_id, day: day, version: 1}]->
  (bucket)
  // The store reads the properties written last first: the hot ones stand at the end.
  ON CREATE SET
    visit.source = $source,
    visit.batch_id = $batch_id,
    visit.expected_left_at =
      CASE
        WHEN
          row.expected_left_at_s IS NOT NULL
          THEN datetime({epochSeconds: row.expected_left_at_s})
      END,
    visit.left_by =
      CASE
        WHEN
          row.left_by_s IS NOT NULL
          THEN datetime({epochSeconds: row.left_by_s})
      END,
    visit.recorded_at = $recorded_at,
    visit.left_recorded_at =
      CASE
        WHEN row.left_at_s IS NOT NULL THEN $recorded_at
      END,
    visit.left_at =
      CASE
        WHEN
          row.left_at_s IS NOT NULL
          THEN datetime({epochSeconds: row.left_at_s})
      END,
    visit.arrived_at = datetime({epochSeconds: row.arrived_at_s})