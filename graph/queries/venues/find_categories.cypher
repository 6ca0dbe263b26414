// venues/find_categories: the kinds of some venues.
//
// $venue_ids  LIST<STRING>  each once
//
// Returns 0..n rows, by venue_id, one a stored venue:
//   venue_id, category  STRING
UNWIND $venue_ids AS venue_id
MATCH (venue:Venue {venue_id: venue_id})
RETURN venue.venue_id AS venue_id, venue.category AS category
ORDER BY venue_id