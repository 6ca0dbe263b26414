// isolations/merge_isolations: store who is isolated where from when on, once, by their ids.
//
// $rows         LIST<MAP>       by isolation_id, each once: index INTEGER; isolation_id, person_id,
//                               venue_id STRING, bare ones if not known yet; started_at
//                               ZONED DATETIME; ended_at ZONED DATETIME or null
// $source       STRING          the kind of source
// $batch_id     STRING          the batch that the rows came by
// $recorded_at  ZONED DATETIME  when they became known
//
// Returns 0..n rows, by index, one for each row whose id is stored already:
//   index    INTEGER  of that row
//   is_same  BOOLEAN  whether what is stored says the same; if not, the row is refused
UNWIND $rows AS row
OPTIONAL MATCH (person:Person)-[stored:ISOLATED]->(venue:Venue)
WHERE stored.isolation_id = row.isolation_id
WITH
  row,
  stored IS NOT NULL AS is_stored,
  coalesce(
    person.person_id = row.person_id AND
    venue.venue_id = row.venue_id AND
    stored.started_at = row.started_at AND
    coalesce(
      stored.ended_at = row.ended_at,
      stored.ended_at IS NULL AND row.ended_at IS NULL
    ),
    false
  ) AS is_same
CALL (row, is_stored) {
  WITH row, is_stored
  WHERE NOT is_stored
  MERGE (person:Person {person_id: row.person_id})
    ON CREATE SET
      person.source = $source,
      person.batch_id = $batch_id,
      person.recorded_at = $recorded_at
  MERGE (venue:Venue {venue_id: row.venue_id})
    ON CREATE SET
      venue.source = $source,
      venue.batch_id = $batch_id,
      venue.recorded_at = $recorded_at,
      venue.category = 'unknown'
  MERGE (person)-[isolated:ISOLATED {isolation_id: row.isolation_id}]->(venue)
    ON CREATE SET
      isolated.source = $source,
      isolated.batch_id = $batch_id,
      isolated.ended_at = row.ended_at,
      isolated.recorded_at = $recorded_at,
      isolated.started_at = row.started_at
}
WITH row, is_stored, is_same
WHERE is_stored
RETURN row.index AS index, is_same
ORDER BY index