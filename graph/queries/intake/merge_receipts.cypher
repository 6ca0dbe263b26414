// intake/merge_receipts: keep which scans belong to visits that were begun before.
//
// $rows         LIST<MAP>       by visit_id, each once: visit_id, digest, person_id, venue_id,
//                               direction, of_visit_id, colour STRING; gate_code, account_id STRING
//                               or null; needs_declaration BOOLEAN; flags LIST<STRING>;
//                               clock_skew_s INTEGER or null; at_s INTEGER in seconds of the epoch
// $recorded_at  ZONED DATETIME  when they became known
//
// Returns 1 row:
//   visit_ids  LIST<STRING>  of the rows that are stored, sorted; what lacks is known with another
//                            digest
UNWIND $rows AS row
MERGE (receipt:Receipt {visit_id: row.visit_id})
  ON CREATE SET
    receipt.digest = row.digest,
    receipt.person_id = row.person_id,
    receipt.venue_id = row.venue_id,
    receipt.direction = row.direction,
    receipt.of_visit_id = row.of_visit_id,
    receipt.colour = row.colour,
    receipt.needs_declaration = row.needs_declaration,
    receipt.gate_code = row.gate_code,
    receipt.account_id = row.account_id,
    receipt.clock_skew_s = row.clock_skew_s,
    receipt.flags = row.flags,
    receipt.flagged_at =
      CASE
        WHEN size(row.flags) > 0 THEN $recorded_at
      END,
    receipt.scanned_at = datetime({epochSeconds: row.at_s}),
    receipt.recorded_at = $recorded_at
WITH row, receipt
WHERE receipt.digest = row.digest
WITH DISTINCT row.visit_id AS visit_id
ORDER BY visit_id
WITH collect(visit_id) AS visit_ids
RETURN visit_ids
ORDER BY size(visit_ids)