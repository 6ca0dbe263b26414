// projection/find_venues: the kind of every venue and what it is a part of, as lists.
//
// Returns 1 row of lists, in one order:
//   venue_id, category  LIST<STRING>
//   whole_id            LIST<STRING>  the venue right around it; empty if it is no zone
MATCH (venue:Venue)
OPTIONAL MATCH (venue)-[:PART_OF]->(whole:Venue)
WITH venue, coalesce(min(whole.venue_id), '') AS whole_id
RETURN
  collect(venue.venue_id) AS venue_id,
  collect(coalesce(venue.category, 'unknown')) AS category,
  collect(whole_id) AS whole_id
ORDER BY venue_id