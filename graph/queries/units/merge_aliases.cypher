// units/merge_aliases: store other names of units, or what is newly known of them.
//
// $rows         LIST<MAP>       by unit_code and name, each once: index INTEGER; unit_code, name
//                               STRING; valid_from, valid_until DATE or null, until excluded
// $source       STRING          the kind of source
// $batch_id     STRING          the batch that the rows came by
// $recorded_at  ZONED DATETIME  when they became known
//
// Returns 0..n rows, by index, one for each row that changed nothing:
//   index  INTEGER  of that row
UNWIND $rows AS row
MERGE (unit:Unit {unit_code: row.unit_code})
MERGE (alias:UnitAlias {unit_code: row.unit_code, name: row.name})
MERGE (unit)-[:CALLED]->(alias)
WITH
  row,
  alias,
  alias.batch_id IS NOT NULL AND
  coalesce(toString(alias.valid_from), '') =
  coalesce(toString(row.valid_from), '') AND
  coalesce(toString(alias.valid_until), '') =
  coalesce(toString(row.valid_until), '') AS is_same
CALL (row, alias, is_same) {
  WITH row, alias, is_same
  WHERE NOT is_same
  SET
    alias.valid_from = row.valid_from,
    alias.valid_until = row.valid_until,
    alias.source = $source,
    alias.batch_id = $batch_id,
    alias.recorded_at = $recorded_at
}
WITH row, is_same
WHERE is_same
RETURN row.index AS index
ORDER BY index