// venues/find_divided: the venues that have zones.
//
// Returns 0..n rows, by venue_id:
//   venue_id  STRING
MATCH (venue:Venue)
WHERE EXISTS { (venue)<-[:PART_OF]-(:Venue) }
RETURN venue.venue_id AS venue_id
ORDER BY venue_id