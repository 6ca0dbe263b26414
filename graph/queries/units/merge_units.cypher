// units/merge_units: store terms of administrative units, or what is newly known of them.
//
// $rows         LIST<MAP>       by unit_code and valid_from, each once: index INTEGER; unit_code,
//                               name, level STRING; parent_code STRING or null; valid_from DATE,
//                               0001-01-01 if not known; valid_until DATE or null, excluded
// $source       STRING          the kind of source
// $batch_id     STRING          the batch that the rows came by
// $recorded_at  ZONED DATETIME  when they became known
//
// Returns 0..n rows, by index, one for each row that changed nothing:
//   index  INTEGER  of that row
UNWIND $rows AS row
OPTIONAL MATCH (stored:UnitTerm {unit_code: row.unit_code, valid_from: row.valid_from})
OPTIONAL MATCH (stored)-[:PART_OF]->(parent:Unit)
WITH
  row,
  coalesce(
    stored.name = row.name AND
    stored.level = row.level AND
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
  MERGE (term:UnitTerm {unit_code: row.unit_code, valid_from: row.valid_from})
  SET
    term.name = row.name,
    term.level = row.level,
    term.valid_until = row.valid_until,
    term.source = $source,
    term.batch_id = $batch_id,
    term.recorded_at = $recorded_at
  MERGE (unit)-[:STOOD_AS]->(term)
}
CALL (row, is_same) {
  WITH row, is_same
  WHERE NOT is_same AND row.parent_code IS NOT NULL
  MATCH (term:UnitTerm {unit_code: row.unit_code, valid_from: row.valid_from})
  OPTIONAL MATCH (term)-[part:PART_OF]->(:Unit)
  DELETE part
  WITH DISTINCT row, term
  MERGE (parent:Unit {unit_code: row.parent_code})
  MERGE (term)-[:PART_OF]->(parent)
}
WITH row, is_same
WHERE is_same
RETURN row.index AS index
ORDER BY index