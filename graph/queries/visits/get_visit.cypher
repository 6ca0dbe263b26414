// visits/get_visit: one visit, as known at a moment.
//
// $visit_id  STRING          which
// $as_of     ZONED DATETIME  reads what was recorded by then and not retracted by then
//
// Returns 0..1 rows:
//   visit_id, person_id, venue_id       STRING
//   venue_name                          STRING          or null
//   category                            STRING
//   arrived_at                          ZONED DATETIME
//   expected_left_at, left_by, left_at  ZONED DATETIME  or null; left_at null if not known then
//   source                              STRING
//   recorded_at                         ZONED DATETIME
MATCH (person:Person)-[visit:VISITED]->(bucket:VenueDay)-[:AT]->(venue:Venue)
WHERE
  visit.visit_id = $visit_id AND
  visit.day IS NOT NULL AND
  visit.version IS NOT NULL AND
  visit.recorded_at <= $as_of AND
  (visit.retracted_at IS NULL OR visit.retracted_at > $as_of)
WITH person, visit, venue
ORDER BY visit.version DESC, visit.day
LIMIT 1
RETURN
  visit.visit_id AS visit_id,
  person.person_id AS person_id,
  venue.venue_id AS venue_id,
  venue.name AS venue_name,
  venue.category AS category,
  visit.arrived_at AS arrived_at,
  visit.expected_left_at AS expected_left_at,
  visit.left_by AS left_by,
  CASE
    WHEN visit.left_recorded_at <= $as_of THEN visit.left_at
  END AS left_at,
  visit.source AS source,
  visit.recorded_at AS recorded_at
ORDER BY visit_id