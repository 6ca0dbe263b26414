// venues/find_zones: the zones right inside a venue.
//
// $venue_id  STRING  which
//
// Returns 0..n rows, by name, then venue_id:
//   venue_id, category      STRING
//   name                    STRING  or null
//   unit_code, unit_name    STRING  or null
//   part_of, part_of_name   STRING  or null: the venue that it is a zone of
//   latitude, longitude     FLOAT   or null; degrees, WGS 84
//   listed_at               ZONED DATETIME  or null: when its unit was told
MATCH (:Venue {venue_id: $venue_id})<-[:PART_OF]-(venue:Venue)
OPTIONAL MATCH (venue)-[inside:IN]->(unit:Unit)
OPTIONAL MATCH (venue)-[:PART_OF]->(whole:Venue)
RETURN
  venue.venue_id AS venue_id,
  venue.name AS name,
  venue.category AS category,
  unit.unit_code AS unit_code,
  unit.name AS unit_name,
  whole.venue_id AS part_of,
  whole.name AS part_of_name,
  venue.latitude AS latitude,
  venue.longitude AS longitude,
  coalesce(inside.recorded_at, venue.recorded_at) AS listed_at
ORDER BY name, venue_id