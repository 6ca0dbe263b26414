// units/merge_units: store administrative units, or what is newly known of them.
//
// $rows         LIST<MAP>       by unit_code, each once: index INTEGER; unit_code, name, level
//                               STRING; parent_code STRING or null; valid_from, valid_until DATE
//                               or null, until excluded
// $source       STRING          the kind of source
// $batch_id     STRING          the batch that the rows came by
// $recorded_at  ZONED DATETIME  when they became known
//
// Returns 0..n rows, by index, one for each row that changed nothing:
//   index  INTEGER  of that row
UNWIND $rows AS row
OPTIONAL MATCH (stored:Unit {unit_code: row.unit_code})
OPTIONAL MATCH (stored)-[:PART_OF]->(parent:Unit)
WITH
  row,
  coalesce(
    stored.name = row.name AND
    stored.level = row.level AND
    coalesce(toString(stored.valid_from), '') =
    coalesce(toString(row.valid_from), '') AND
    coalesce(toString(stored.valid_until), '') =
    coalesce(toString(row.valid_until), '') AND
    (row.parent_code IS NULL OR
      coalesce(parent.unit_code = row.parent_code, false)),
    false
  ) AS is_same
CALL (row, is_same) {
  WITH row, is_same
  WHERE NOT is_same
  MERGE (unit:Unit {unit_code: row.unit_code})
  SET
    unit.name = row.name,
    unit.level = row.level,
    unit.valid_from = row.valid_from,
    unit.valid_until = row.valid_until,
    unit.source = $source,
    unit.batch_id = $batch_id,
    unit.recorded_at = $recorded_at
}
CALL (row, is_same) {
  WITH row, is_same
  WHERE NOT is_same AND row.parent_code IS NOT NULL
  MATCH (unit:Unit {unit_code: row.unit_code})
  OPTIONAL MATCH (unit)-[part:PART_OF]->(:Unit)
  DELETE part
  WITH DISTINCT row, unit
  MERGE (parent:Unit {unit_code: row.parent_code})
  MERGE (unit)-[:PART_OF]->(parent)
}
WITH row, is_same
WHERE is_same
RETURN row.index AS index
ORDER BY index