// venues/find_names: the names of some venues, for lists that hold ids.
//
// $venue_ids  LIST<STRING>  which; may be empty
//
// Returns 0..n rows, one a venue whose name is known, by venue_id:
//   venue_id  STRING
//   name      STRING  of a zone with that of its venue behind it: Dry goods, Binh Tay Market
UNWIND $venue_ids AS venue_id
MATCH (venue:Venue {venue_id: venue_id})
WHERE venue.name IS NOT NULL
OPTIONAL MATCH (venue)-[:PART_OF]->(whole:Venue)
RETURN DISTINCT
  venue.venue_id AS venue_id,
  CASE
    WHEN whole.name IS NOT NULL THEN venue.name + ', ' + whole.name
    ELSE venue.name
  END AS name
ORDER BY venue_id