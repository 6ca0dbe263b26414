// quality/find_implausible_check_ins: check-ins that are stored, and hard to believe.
//
// $as_of   ZONED DATETIME  reads what was recorded by then
// $most    INTEGER         counts no further than so many
// $limit   INTEGER         returns at most so many of them
// $offset  INTEGER         after so many
//
// Returns 1 row:
//   total  INTEGER    how many scans
//   rows   LIST<MAP>  the newest first, then by visit_id: visit_id, person_id, venue_id STRING;
//                     scanned_at, recorded_at ZONED DATETIME; flags LIST<STRING>, why
MATCH (receipt:Receipt)
// So that the index of flagged ones is read and not all of them.
WHERE receipt.flagged_at IS NOT NULL AND receipt.flagged_at <= $as_of
WITH receipt
LIMIT toInteger($most)
WITH receipt
ORDER BY receipt.flagged_at DESC, receipt.visit_id
WITH
  collect({
    visit_id: receipt.visit_id,
    person_id: receipt.person_id,
    venue_id: receipt.venue_id,
    scanned_at: receipt.scanned_at,
    recorded_at: receipt.recorded_at,
    flags: receipt.flags
  }) AS found
RETURN
  size(found) AS total,
  found[toInteger($offset)..toInteger($offset + $limit)] AS rows
ORDER BY total