// meetings/merge_meetings: store meetings, once, by their ids.
//
// $rows         LIST<MAP>       by contact_id, each once: index INTEGER; contact_id, person_a,
//                               person_b STRING, bare people if not known yet; started_at,
//                               ended_at ZONED DATETIME; kind STRING or null
// $source       STRING          the kind of source
// $batch_id     STRING          the batch that the rows came by
// $recorded_at  ZONED DATETIME  when they became known
//
// Returns 0..n rows, by index, one for each row whose id is stored already:
//   index    INTEGER  of that row
//   is_same  BOOLEAN  whether what is stored says the same; if not, the row is refused
UNWIND $rows AS row
OPTIONAL MATCH (a:Person)-[stored:MET]-(b:Person)
WHERE stored.contact_id = row.contact_id AND a.person_id = row.person_a
WITH
  row,
  stored IS NOT NULL OR
  EXISTS {
    MATCH ()-[other:MET]->()
    WHERE other.contact_id = row.contact_id
  } AS is_stored,
  coalesce(
    b.person_id = row.person_b AND
    stored.started_at = row.started_at AND
    stored.ended_at = row.ended_at AND
    coalesce(stored.kind, '') = coalesce(row.kind, ''),
    false
  ) AS is_same
CALL (row, is_stored) {
  WITH row, is_stored
  WHERE NOT is_stored
  MERGE (a:Person {person_id: row.person_a})
    ON CREATE SET
      a.source = $source,
      a.batch_id = $batch_id,
      a.recorded_at = $recorded_at
  MERGE (b:Person {person_id: row.person_b})
    ON CREATE SET
      b.source = $source,
      b.batch_id = $batch_id,
      b.recorded_at = $recorded_at
  MERGE (a)-[met:MET {contact_id: row.contact_id}]->(b)
    ON CREATE SET
      met.kind = row.kind,
      met.source = $source,
      met.batch_id = $batch_id,
      met.recorded_at = $recorded_at,
      met.ended_at = row.ended_at,
      met.started_at = row.started_at
}
WITH row, is_stored, is_same
WHERE is_stored
RETURN row.index AS index, is_same
ORDER BY index