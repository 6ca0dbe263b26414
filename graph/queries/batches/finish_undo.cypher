// batches/finish_undo: nothing of a batch that can be undone stands any more.
//
// $batch_id      STRING          which
// $retracted_at  ZONED DATETIME  when the last of it was withdrawn
//
// Returns 0 rows.
MATCH (batch:Batch {batch_id: $batch_id})
SET batch.undone_at = coalesce(batch.undone_at, $retracted_at)