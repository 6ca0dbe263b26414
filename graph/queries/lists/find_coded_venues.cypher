// lists/find_coded_venues: venues of some communes that have a printed code already.
//
// $unit_codes  LIST<STRING>  which communes
//
// Returns 0..n rows, by venue_id:
//   venue_id, name, unit_code  STRING
MATCH (venue:Venue)-[:IN]->(unit:Unit)
WHERE
  unit.unit_code IN $unit_codes AND
  venue.name IS NOT NULL AND
  EXISTS { MATCH (:Gate)-[:OF]->(venue) } AND
  NOT EXISTS { MATCH (:Registration)-[:FOR]->(venue) }
RETURN
  venue.venue_id AS venue_id, venue.name AS name, unit.unit_code AS unit_code
ORDER BY venue_id