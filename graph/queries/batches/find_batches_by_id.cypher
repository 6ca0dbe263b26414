// batches/find_batches_by_id: some imports.
//
// $batch_ids  LIST<STRING>  each once
//
// Returns 0..n rows, by batch_id:
//   batch_id, source              STRING
//   file_name, sha256             STRING          or null
//   started_at, finished_at       ZONED DATETIME  finished_at null while it runs or if it broke off
//   read, accepted, duplicate, refused  INTEGER   null until it finished
//   recorded_at                   ZONED DATETIME  when its facts became known
//   undo_started_at, undone_at    ZONED DATETIME  when its facts were withdrawn, the first and the
//                                                 last of them; or null
UNWIND $batch_ids AS batch_id
MATCH (batch:Batch {batch_id: batch_id})
RETURN
  batch.batch_id AS batch_id,
  batch.source AS source,
  batch.file_name AS file_name,
  batch.sha256 AS sha256,
  batch.started_at AS started_at,
  batch.finished_at AS finished_at,
  batch.read AS read,
  batch.accepted AS accepted,
  batch.duplicate AS duplicate,
  batch.refused AS refused,
  batch.recorded_at AS recorded_at,
  batch.undo_started_at AS undo_started_at,
  batch.undone_at AS undone_at
ORDER BY batch_id