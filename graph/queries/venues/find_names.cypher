// venues/find_names: the names of some venues, for lists that hold ids.
//
// $venue_ids  LIST<STRING>  which; may be empty
//
// Returns 0..n rows, one a venue whose name is known, by venue_id:
//   venue_id, name  STRING
UNWIND $venue_ids AS venue_id
MATCH (venue:Venue {venue_id: venue_id})
WHERE venue.name IS NOT NULL
RETURN DISTINCT venue.venue_id AS venue_id, venue.name AS name
ORDER BY venue_id