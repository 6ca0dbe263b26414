// visits/find_visits_at: who was at a venue on a local day, as known at a moment.
//
// $venue_id  STRING          where; its zones are venues of their own
// $day       DATE            the local day
// $as_of     ZONED DATETIME  reads what was recorded by then and not retracted by then
// $after     MAP             the row after which to begin: arrived_at ZONED DATETIME and visit_id
//                            STRING; empty to begin with the first
// $limit     INTEGER         at most so many rows
//
// Returns 0..n rows, by arrival, then by visit_id:
//   visit_id, person_id, venue_id       STRING
//   venue_name                          STRING          or null
//   category                            STRING
//   arrived_at                          ZONED DATETIME
//   expected_left_at, left_by, left_at  ZONED DATETIME  or null; left_at null if not known then
//   source                              STRING
//   recorded_at                         ZONED DATETIME
MATCH
  (person:Person)-[visit:VISITED]->
  (bucket:VenueDay {venue_id: $venue_id, day: $day})
WHERE
  visit.recorded_at <= $as_of AND
  (visit.retracted_at IS NULL OR visit.retracted_at > $as_of) AND
  // Days are laid up to the latest possible end: the end known then may lie before this one.
  (visit.arrived_at >= bucket.starts_at OR
    CASE
      WHEN visit.left_recorded_at <= $as_of THEN visit.left_at
      ELSE visit.left_by
    END >
    bucket.starts_at) AND
  ($after.visit_id IS NULL OR
    visit.arrived_at > $after.arrived_at OR
    (visit.arrived_at = $after.arrived_at AND
      visit.visit_id > $after.visit_id))
// Only the rows of this page are read any further.
WITH person, visit, bucket
ORDER BY visit.arrived_at, visit.visit_id
LIMIT toInteger($limit)
MATCH (bucket)-[:AT]->(venue:Venue)
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
ORDER BY arrived_at, visit_id