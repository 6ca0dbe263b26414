// projection/find_venues_by_id: the kind of some venues and what they are a part of, as lists.
//
// $venue_ids  LIST<STRING>  which, each once
//
// Returns 1 row of lists, in one order, a place for each of them that is stored:
//   venue_id, category  LIST<STRING>
//   whole_id            LIST<STRING>  the venue right around it; empty if it is no zone
UNWIND $venue_ids AS venue_id
MATCH (venue:Venue {venue_id: venue_id})
OPTIONAL MATCH (venue)-[:PART_OF]->(whole:Venue)
WITH venue, coalesce(min(whole.venue_id), '') AS whole_id
RETURN
  collect(venue.venue_id) AS venue_id,
  collect(coalesce(venue.category, 'unknown')) AS category,
  collect(whole_id) AS whole_id
ORDER BY venue_id