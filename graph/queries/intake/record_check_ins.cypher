// intake/record_check_ins: store who came in, with a receipt each, once by their ids.
//
// $rows         LIST<MAP>       by person_id, each visit_id once: visit_id, digest, person_id,
//                               venue_id, source, colour STRING; gate_code, account_id STRING or
//                               null; needs_declaration BOOLEAN; flags LIST<STRING>; clock_skew_s
//                               INTEGER or null; in seconds of the epoch arrived_at_s,
//                               expected_left_at_s, left_by_s INTEGER; days LIST<DATE>, the local
//                               days whose buckets exist already; and or null, of somebody new,
//                               full_name, name_key, sex STRING, birth_year INTEGER
// $batch_id     STRING          the batch that the rows came by
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
    receipt.direction = 'in',
    receipt.of_visit_id = row.visit_id,
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
    receipt.scanned_at = datetime({epochSeconds: row.arrived_at_s}),
    receipt.recorded_at = $recorded_at
WITH row, receipt
WHERE receipt.digest = row.digest
MERGE (person:Person {person_id: row.person_id})
  ON CREATE SET
    person.full_name = row.full_name,
    person.name_key = row.name_key,
    person.birth_year = row.birth_year,
    person.sex = row.sex,
    person.source = row.source,
    person.batch_id = $batch_id,
    person.recorded_at = $recorded_at
WITH row, person
UNWIND row.days AS day
MATCH (bucket:VenueDay {venue_id: row.venue_id, day: day})
MERGE
  (person)-[visit:VISITED {visit_id: row.visit_id, day: day, version: 1}]->
  (bucket)
  // The store reads the properties written last first: the hot ones stand at the end.
  ON CREATE SET
    visit.source = row.source,
    visit.batch_id = $batch_id,
    visit.expected_left_at = datetime({epochSeconds: row.expected_left_at_s}),
    visit.left_by = datetime({epochSeconds: row.left_by_s}),
    visit.recorded_at = $recorded_at,
    visit.arrived_at = datetime({epochSeconds: row.arrived_at_s})
WITH DISTINCT row.visit_id AS visit_id
ORDER BY visit_id
WITH collect(visit_id) AS visit_ids
RETURN visit_ids
ORDER BY size(visit_ids)