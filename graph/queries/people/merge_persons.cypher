// people/merge_persons: store people, or what is newly known of them.
//
// $rows         LIST<MAP>       by person_id, each once: index INTEGER, person_id STRING, and or null:
//                               full_name STRING, birth_year INTEGER, sex STRING, unit_code STRING
// $source       STRING          the kind of source
// $batch_id     STRING          the batch that the rows came by
// $recorded_at  ZONED DATETIME  when they became known
//
// Returns 0..n rows, by index, one for each row that changed nothing:
//   index  INTEGER  of that row
UNWIND $rows AS row
OPTIONAL MATCH (stored:Person {person_id: row.person_id})
OPTIONAL MATCH (stored)-[:LIVES_IN]->(home:Unit)
WITH
  row,
  stored IS NOT NULL AND
  (row.full_name IS NULL OR coalesce(row.full_name = stored.full_name, false)) AND
  (row.birth_year IS NULL OR
    coalesce(row.birth_year = stored.birth_year, false)) AND
  (row.sex IS NULL OR coalesce(row.sex = stored.sex, false)) AND
  (row.unit_code IS NULL OR coalesce(row.unit_code = home.unit_code, false)) AS is_same
CALL (row, is_same) {
  WITH row, is_same
  WHERE NOT is_same
  MERGE (person:Person {person_id: row.person_id})
    ON CREATE SET
      person.source = $source,
      person.batch_id = $batch_id,
      person.recorded_at = $recorded_at
  SET
    person.full_name = coalesce(row.full_name, person.full_name),
    person.birth_year = coalesce(row.birth_year, person.birth_year),
    person.sex = coalesce(row.sex, person.sex)
  WITH row, person
  WHERE row.unit_code IS NOT NULL
  OPTIONAL MATCH (person)-[lives:LIVES_IN]->(:Unit)
  DELETE lives
  WITH DISTINCT row, person
  MERGE (unit:Unit {unit_code: row.unit_code})
  // What a code means depends on when it was said.
  MERGE (person)-[now:LIVES_IN]->(unit)
  SET now.recorded_at = $recorded_at
}
WITH row, is_same
WHERE is_same
RETURN row.index AS index
ORDER BY index