// visits/find_closed_stays: the visits of a venue and its zones that ended by one closing.
//
// $venue_id     STRING          which
// $day          DATE            the local day of the closing
// $left_at      ZONED DATETIME  when they ended
// $recorded_at  ZONED DATETIME  when that was recorded
//
// Returns 0..n rows, by visit_id:
//   visit_id                          STRING
//   arrived_at_s, left_at_s, left_by_s  INTEGER  in seconds of the epoch
MATCH (:Venue {venue_id: $venue_id})<-[:PART_OF*0..8]-(venue:Venue)
WITH DISTINCT venue
MATCH (bucket:VenueDay {venue_id: venue.venue_id, day: $day})
MATCH (:Person)-[visit:VISITED]->(bucket)
WHERE
  visit.left_at = $left_at AND
  visit.left_recorded_at = $recorded_at AND
  visit.retracted_at IS NULL AND
  visit.left_by IS NOT NULL
RETURN DISTINCT
  visit.visit_id AS visit_id,
  visit.arrived_at.epochSeconds AS arrived_at_s,
  visit.left_at.epochSeconds AS left_at_s,
  visit.left_by.epochSeconds AS left_by_s
ORDER BY visit_id