// units/merge_successors: store what became of units, or what is newly known of it.
//
// $rows         LIST<MAP>       by unit_code, successor_code and effective_on, each once: index
//                               INTEGER; unit_code, successor_code STRING; effective_on DATE;
//                               is_part, is_main BOOLEAN
// $source       STRING          the kind of source
// $batch_id     STRING          the batch that the rows came by
// $recorded_at  ZONED DATETIME  when they became known
//
// Returns 0..n rows, by index, one for each row that changed nothing:
//   index  INTEGER  of that row
UNWIND $rows AS row
MERGE (unit:Unit {unit_code: row.unit_code})
MERGE (successor:Unit {unit_code: row.successor_code})
MERGE (unit)-[step:SUCCEEDED_BY {effective_on: row.effective_on}]->(successor)
WITH
  row,
  step,
  coalesce(step.is_part = row.is_part AND step.is_main = row.is_main, false) AS is_same
CALL (row, step, is_same) {
  WITH row, step, is_same
  WHERE NOT is_same
  SET
    step.is_part = row.is_part,
    step.is_main = row.is_main,
    step.source = $source,
    step.batch_id = $batch_id,
    step.recorded_at = $recorded_at
}
WITH row, is_same
WHERE is_same
RETURN row.index AS index
ORDER BY index