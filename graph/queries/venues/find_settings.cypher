// venues/find_settings: what kinds of places some venues are.
//
// $venue_ids  LIST<STRING>  each once
//
// Returns 0..n rows, by venue_id, one a stored venue:
//   venue_id, category  STRING
//   is_divided          BOOLEAN  whether it has zones
UNWIND $venue_ids AS venue_id
MATCH (venue:Venue {venue_id: venue_id})
RETURN
  venue.venue_id AS venue_id,
  venue.category AS category,
  EXISTS { (venue)<-[:PART_OF]-(:Venue) } AS is_divided
ORDER BY venue_id