// venues/find_wholes: the venues that some venues are stored as parts of.
//
// $venue_ids  LIST<STRING>  each once
//
// Returns 0..n rows, by venue_id, then whole_id; none for a venue that is no part:
//   venue_id  STRING  one of those asked for
//   whole_id  STRING  the venue right around it
UNWIND $venue_ids AS venue_id
MATCH (:Venue {venue_id: venue_id})-[:PART_OF]->(whole:Venue)
RETURN venue_id, whole.venue_id AS whole_id
ORDER BY venue_id, whole_id