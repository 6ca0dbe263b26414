// venues/merge_venues: store venues, or what is newly known of them.
//
// $rows         LIST<MAP>       by venue_id, each once: index INTEGER, venue_id STRING, and or null:
//                               name, category, unit_code, part_of STRING, latitude, longitude FLOAT
// $source       STRING          the kind of source
// $batch_id     STRING          the batch that the rows came by
// $recorded_at  ZONED DATETIME  when they became known
//
// Returns 0..n rows, by index, one for each row that changed nothing:
//   index  INTEGER  of that row
UNWIND $rows AS row
OPTIONAL MATCH (stored:Venue {venue_id: row.venue_id})
OPTIONAL MATCH (stored)-[:IN]->(unit:Unit)
OPTIONAL MATCH (stored)-[:PART_OF]->(whole:Venue)
WITH
  row,
  stored IS NOT NULL AND
  (row.name IS NULL OR coalesce(row.name = stored.name, false)) AND
  (row.category IS NULL OR coalesce(row.category = stored.category, false)) AND
  (row.latitude IS NULL OR coalesce(row.latitude = stored.latitude, false)) AND
  (row.longitude IS NULL OR coalesce(row.longitude = stored.longitude, false)) AND
  (row.unit_code IS NULL OR coalesce(row.unit_code = unit.unit_code, false)) AND
  (row.part_of IS NULL OR coalesce(row.part_of = whole.venue_id, false)) AS is_same
CALL (row, is_same) {
  WITH row, is_same
  WHERE NOT is_same
  MERGE (venue:Venue {venue_id: row.venue_id})
    ON CREATE SET
      venue.source = $source,
      venue.batch_id = $batch_id,
      venue.recorded_at = $recorded_at,
      venue.category = 'unknown'
  SET
    venue.name = coalesce(row.name, venue.name),
    venue.category = coalesce(row.category, venue.category),
    venue.latitude = coalesce(row.latitude, venue.latitude),
    venue.longitude = coalesce(row.longitude, venue.longitude)
}
CALL (row, is_same) {
  WITH row, is_same
  WHERE NOT is_same AND row.unit_code IS NOT NULL
  MATCH (venue:Venue {venue_id: row.venue_id})
  OPTIONAL MATCH (venue)-[inside:IN]->(:Unit)
  DELETE inside
  WITH DISTINCT row, venue
  MERGE (unit:Unit {unit_code: row.unit_code})
  // What a code means depends on when it was said.
  MERGE (venue)-[now:IN]->(unit)
  SET now.recorded_at = $recorded_at
}
CALL (row, is_same) {
  WITH row, is_same
  WHERE NOT is_same AND row.part_of IS NOT NULL
  MATCH (venue:Venue {venue_id: row.venue_id})
  OPTIONAL MATCH (venue)-[part:PART_OF]->(:Venue)
  DELETE part
  WITH DISTINCT row, venue
  MATCH (whole:Venue {venue_id: row.part_of})
  MERGE (venue)-[:PART_OF]->(whole)
}
WITH row, is_same
WHERE is_same
RETURN row.index AS index
ORDER BY index