// batches/finish_batch: an import has ended, and every row is accounted for.
//
// $batch_id     STRING          of a batch that was started
// $read         INTEGER         rows read: the sum of the next three
// $accepted     INTEGER         rows that changed the store
// $duplicate    INTEGER         rows that were there already
// $refused      INTEGER         rows not taken
// $finished_at  ZONED DATETIME  now
//
// Returns 0 rows.
MATCH (batch:Batch {batch_id: $batch_id})
SET
  batch.read = $read,
  batch.accepted = $accepted,
  batch.duplicate = $duplicate,
  batch.refused = $refused,
  batch.finished_at = $finished_at