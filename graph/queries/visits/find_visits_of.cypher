// visits/find_visits_of: where a person has been, as known at a moment.
//
// $person_id  STRING          whose
// $as_of      ZONED DATETIME  reads what was recorded by then and not retracted by then
// $limit      INTEGER         at most so many rows
//
// Returns 0..n rows, the newest arrival first, then by visit_id; a visit past midnight once:
//   visit_id, person_id, venue_id       STRING
//   venue_name                          STRING          or null; of a zone with its venue's behind
//   category                            STRING
//   arrived_at                          ZONED DATETIME
//   expected_left_at, left_by, left_at  ZONED DATETIME  or null; left_at null if not known then
//   source                              STRING
//   recorded_at                         ZONED DATETIME
MATCH (person:Person {person_id: $person_id})-[visit:VISITED]->(bucket:VenueDay)
WHERE
  // Of a visit past midnight, the edge of its first day.
  bucket.starts_at <= visit.arrived_at < bucket.ends_at AND
  visit.recorded_at <= $as_of AND
  (visit.retracted_at IS NULL OR visit.retracted_at > $as_of)
MATCH (bucket)-[:AT]->(venue:Venue)
OPTIONAL MATCH (venue)-[:PART_OF]->(whole:Venue)
RETURN
  visit.visit_id AS visit_id,
  person.person_id AS person_id,
  venue.venue_id AS venue_id,
  CASE
    WHEN whole.name IS NOT NULL THEN venue.name + ', ' + whole.name
    ELSE venue.name
  END AS venue_name,
  venue.category AS category,
  visit.arrived_at AS arrived_at,
  visit.expected_left_at AS expected_left_at,
  visit.left_by AS left_by,
  CASE
    WHEN visit.left_recorded_at <= $as_of THEN visit.left_at
  END AS left_at,
  visit.source AS source,
  visit.recorded_at AS recorded_at
ORDER BY arrived_at DESC, visit_id
LIMIT toInteger($limit)