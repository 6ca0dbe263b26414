// receipts/get_scan: one scan by the key that its sender made.
//
// $visit_id  STRING  the key
//
// Returns 0..1 rows:
//   visit_id, person_id, venue_id  STRING
//   direction, colour              STRING          in or out; go, wait or stop
//   of_visit_id                    STRING          of the visit that it began, belongs to or ended
//   account_id                     STRING          or null; of the officer who scanned
//   scanned_at, recorded_at        ZONED DATETIME
MATCH (receipt:Receipt {visit_id: $visit_id})
RETURN
  receipt.visit_id AS visit_id,
  receipt.person_id AS person_id,
  receipt.venue_id AS venue_id,
  receipt.direction AS direction,
  receipt.colour AS colour,
  receipt.of_visit_id AS of_visit_id,
  receipt.account_id AS account_id,
  receipt.scanned_at AS scanned_at,
  receipt.recorded_at AS recorded_at
ORDER BY visit_id