// visits/correct_visit: withdraw what was known of a visit's times, and write the next version.
//
// $visit_id            STRING          which
// $version             INTEGER         the newest one that the correction was made for
// $known_left_at_s     INTEGER         the exit known then, in seconds of the epoch, or null
// $arrived_at_s        INTEGER         when it really began
// $left_at_s           INTEGER         when it ended, or null where that is not known
// $expected_left_at_s  INTEGER         then the typical exit, else null
// $left_by_s           INTEGER         and the latest possible one, else null
// $days                LIST<DATE>      the local days that it touches, whose buckets exist
// $batch_id            STRING          how the correction came
// $recorded_at         ZONED DATETIME  when it became known
//
// Returns 0..1 rows, none where the visit was changed or withdrawn meanwhile:
//   visit_id, person_id  STRING
MATCH (person:Person)-[visit:VISITED]->(bucket:VenueDay)
WHERE
  visit.visit_id = $visit_id AND
  visit.day IS NOT NULL AND
  visit.version IS NOT NULL
// The lock makes one of two that are told at once the first.
SET visit.source = visit.source
WITH person, visit, bucket
WHERE
  visit.retracted_at IS NULL AND
  visit.version = $version AND
  (visit.left_at.epochSeconds = $known_left_at_s OR
    visit.left_at IS NULL AND $known_left_at_s IS NULL)
WITH
  person,
  bucket.venue_id AS venue_id,
  collect(visit) AS edges
FOREACH (visit IN edges |
  SET visit.retracted_at = $recorded_at
)
WITH person, venue_id, edges[0] AS old
UNWIND $days AS day
MATCH (bucket:VenueDay {venue_id: venue_id, day: day})
MERGE
  (person)-
    [visit:VISITED {
        visit_id: $visit_id,
        day: day,
        version: old.version + 1
      }]->
  (bucket)
  ON CREATE SET
    visit.source = old.source,
    visit.batch_id = $batch_id,
    visit.expected_left_at =
      CASE
        WHEN
          $expected_left_at_s IS NOT NULL
          THEN datetime({epochSeconds: $expected_left_at_s})
      END,
    visit.left_by =
      CASE
        WHEN
          $left_by_s IS NOT NULL
          THEN datetime({epochSeconds: $left_by_s})
      END,
    visit.recorded_at = $recorded_at,
    visit.left_recorded_at =
      CASE
        WHEN $left_at_s IS NOT NULL THEN $recorded_at
      END,
    visit.left_at =
      CASE
        WHEN
          $left_at_s IS NOT NULL
          THEN datetime({epochSeconds: $left_at_s})
      END,
    visit.arrived_at = datetime({epochSeconds: $arrived_at_s})
RETURN DISTINCT visit.visit_id AS visit_id, person.person_id AS person_id
ORDER BY visit_id