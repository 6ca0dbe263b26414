// batches/start_undo: somebody undoes a batch.
//
// $batch_id      STRING          which
// $retracted_at  ZONED DATETIME  from when on its facts do not count
//
// Returns 0 rows.
MATCH (batch:Batch {batch_id: $batch_id})
SET batch.undo_started_at = coalesce(batch.undo_started_at, $retracted_at)