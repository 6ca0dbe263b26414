// venues/find_wholes: the venues that some venues are stored as parts of, all the way up.
//
// $venue_ids  LIST<STRING>  each once
//
// Returns 0..n rows, by venue_id, then whole_id:
//   venue_id  STRING  one of those asked for
//   whole_id  STRING  a venue that it is a part of, at any remove up to 8
UNWIND $venue_ids AS venue_id
MATCH (:Venue {venue_id: venue_id})-[:PART_OF*1..8]->(whole:Venue)
RETURN DISTINCT venue_id, whole.venue_id AS whole_id
ORDER BY venue_id, whole_id
