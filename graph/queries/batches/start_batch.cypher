// batches/start_batch: an import begins.
//
// $batch_id     STRING          new, opaque
// $source       STRING          the kind of source
// $file_name    STRING          its name without a path, or null
// $sha256       STRING          of its bytes, in hex, or null
// $recorded_at  ZONED DATETIME  when its rows became known
// $started_at   ZONED DATETIME  now
//
// Returns 0 rows.
MERGE (batch:Batch {batch_id: $batch_id})
  ON CREATE SET
    batch.source = $source,
    batch.file_name = $file_name,
    batch.sha256 = $sha256,
    batch.recorded_at = $recorded_at,
    batch.started_at = $started_at