// batches/find_batches: every import, for the list of batches.
//
// Returns 0..n rows, the newest first, then by batch_id:
//   batch_id, source              STRING
//   file_name, sha256             STRING          or null
//   started_at, finished_at       ZONED DATETIME  finished_at null while it runs or if it broke off
//   read, accepted, duplicate, refused  INTEGER   null until it finished
//   recorded_at                   ZONED DATETIME  when its facts became known
//   undo_started_at, undone_at    ZONED DATETIME  when its facts were withdrawn, the first and the
//                                                 last of them; or null
MATCH (batch:Batch)
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
ORDER BY started_at DESC, batch_id