// visits/find_open_stays: who is still at a venue or in its zones at a moment, for all we know.
//
// $venue_id  STRING          which
// $day       DATE            the local day of the moment
// $at        ZONED DATETIME  the moment
//
// Returns 0..n rows, by visit_id:
//   visit_id      STRING
//   arrived_at_s  INTEGER  in seconds of the epoch
MATCH (:Venue {venue_id: $venue_id})<-[:PART_OF*0..8]-(venue:Venue)
WITH DISTINCT venue
MATCH (bucket:VenueDay {venue_id: venue.venue_id, day: $day})
MATCH (:Person)-[visit:VISITED]->(bucket)
WHERE
  visit.arrived_at <= $at AND
  visit.left_at IS NULL AND
  visit.retracted_at IS NULL AND
  (visit.left_by IS NULL OR visit.left_by >= $at)
RETURN DISTINCT
  visit.visit_id AS visit_id,
  visit.arrived_at.epochSeconds AS arrived_at_s
ORDER BY visit_id