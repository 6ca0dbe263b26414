// visits/get_newest_version: what a visit is now, and when it was first said to have begun.
//
// $visit_id  STRING  which
//
// Returns 0..1 rows:
//   person_id, venue_id  STRING
//   category             STRING          of its venue
//   version              INTEGER
//   first_arrived_at     ZONED DATETIME  of its first version
//   arrived_at           ZONED DATETIME
//   left_at, left_by     ZONED DATETIME  null while the exit is unknown; the latest one, or null
//   is_retracted         BOOLEAN
MATCH (person:Person)-[visit:VISITED]->(bucket:VenueDay)-[:AT]->(venue:Venue)
WHERE
  visit.visit_id = $visit_id AND
  visit.day IS NOT NULL AND
  visit.version IS NOT NULL
WITH person, visit, bucket, venue
ORDER BY visit.version DESC, visit.day
WITH
  collect({
    person_id: person.person_id,
    venue_id: bucket.venue_id,
    category: venue.category,
    version: visit.version,
    arrived_at: visit.arrived_at,
    left_at: visit.left_at,
    left_by: visit.left_by,
    is_retracted: visit.retracted_at IS NOT NULL
  }) AS versions
WITH versions[0] AS newest, versions[-1] AS first
WHERE newest IS NOT NULL
RETURN
  newest.person_id AS person_id,
  newest.venue_id AS venue_id,
  newest.category AS category,
  newest.version AS version,
  first.arrived_at AS first_arrived_at,
  newest.arrived_at AS arrived_at,
  newest.left_at AS left_at,
  newest.left_by AS left_by,
  newest.is_retracted AS is_retracted
ORDER BY version