// venues/find_venues: the venues whose name or id holds a text.
//
// $text    STRING   whatever its case; empty for all
// $limit   INTEGER  at most so many rows
// $offset  INTEGER  after so many
//
// Returns 0..n rows, by name, then venue_id; those without a name last:
//   venue_id, category      STRING
//   name                    STRING  or null
//   unit_code, unit_name    STRING  or null
//   part_of, part_of_name   STRING  or null: the venue that it is a zone of
//   latitude, longitude     FLOAT   or null; degrees, WGS 84
//   listed_at               ZONED DATETIME  or null: when its unit was told
MATCH (venue:Venue)
WHERE
  $text = '' OR
  toLower(venue.name) CONTAINS toLower($text) OR
  toLower(venue.venue_id) CONTAINS toLower($text)
WITH venue
ORDER BY venue.name, venue.venue_id
SKIP toInteger($offset)
LIMIT toInteger($limit)
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