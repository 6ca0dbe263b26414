// visits/find_stored_visits: what the store holds under some visit ids.
//
// $visit_ids  LIST<STRING>  each once
//
// Returns 0..n rows, by visit_id, one a stored visit, its newest version:
//   visit_id, person_id, venue_id  STRING
//   arrived_at                     ZONED DATETIME
//   left_at                        ZONED DATETIME  null while the exit is unknown
//   is_retracted                   BOOLEAN
UNWIND $visit_ids AS visit_id
MATCH (person:Person)-[visit:VISITED]->(bucket:VenueDay)
WHERE
  visit.visit_id = visit_id AND
  visit.day IS NOT NULL AND
  visit.version IS NOT NULL
WITH visit_id, person, visit, bucket
ORDER BY visit_id, visit.version DESC, visit.day
WITH
  visit_id,
  collect({
    person_id: person.person_id,
    venue_id: bucket.venue_id,
    arrived_at: visit.arrived_at,
    left_at: visit.left_at,
    is_retracted: visit.retracted_at IS NOT NULL
  })[0] AS newest
RETURN
  visit_id,
  newest.person_id AS person_id,
  newest.venue_id AS venue_id,
  newest.arrived_at AS arrived_at,
  newest.left_at AS left_at,
  newest.is_retracted AS is_retracted
ORDER BY visit_id