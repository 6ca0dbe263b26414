// filling/find_places: every venue with all that is known of it, to lay it again in a new store.
//
// Returns 0..n rows, by venue_id:
//   venue_id             STRING
//   name, part_of        STRING          or null
//   category             STRING
//   unit_code            STRING          or null
//   latitude, longitude  FLOAT           or null
//   source, batch_id     STRING
//   recorded_at          ZONED DATETIME
//   unit_told_at         ZONED DATETIME  or null: when its unit was told
MATCH (venue:Venue)
OPTIONAL MATCH (venue)-[inside:IN]->(unit:Unit)
OPTIONAL MATCH (venue)-[:PART_OF]->(whole:Venue)
RETURN
  venue.venue_id AS venue_id,
  venue.name AS name,
  whole.venue_id AS part_of,
  venue.category AS category,
  unit.unit_code AS unit_code,
  venue.latitude AS latitude,
  venue.longitude AS longitude,
  venue.source AS source,
  venue.batch_id AS batch_id,
  venue.recorded_at AS recorded_at,
  inside.recorded_at AS unit_told_at
ORDER BY venue_id