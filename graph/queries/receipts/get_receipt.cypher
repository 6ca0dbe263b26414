// receipts/get_receipt: what the receipt of a visit tells, as it is known now.
//
// $visit_id    STRING    of the visit
// $same_visit  DURATION  so soon after the arrival a declaration still belongs to the visit
//
// Returns 0..1 rows, none where the visit was withdrawn or deleted:
//   visit_id, person_id, venue_id       STRING
//   arrived_at                          ZONED DATETIME
//   expected_left_at, left_by, left_at  ZONED DATETIME  or null
//   colour                              STRING          go, wait, stop; null if it was no check-in
//   needs_declaration                   BOOLEAN         whether none was valid
//   gate                                MAP             or null: code, kind STRING, name STRING or
//                                                       null, epoch INTEGER
//   declared                            STRING          or null; the colour of what was declared
//                                                       right after the arrival
MATCH (person:Person)-[visit:VISITED]->(:VenueDay)-[:AT]->(venue:Venue)
WHERE
  visit.visit_id = $visit_id AND
  visit.day IS NOT NULL AND
  visit.version IS NOT NULL AND
  visit.retracted_at IS NULL
WITH person, visit, venue
ORDER BY visit.version DESC, visit.day
LIMIT 1
OPTIONAL MATCH (receipt:Receipt {visit_id: $visit_id})
OPTIONAL MATCH (gate:Gate {code: receipt.gate_code})
RETURN
  visit.visit_id AS visit_id,
  person.person_id AS person_id,
  venue.venue_id AS venue_id,
  visit.arrived_at AS arrived_at,
  visit.expected_left_at AS expected_left_at,
  visit.left_by AS left_by,
  visit.left_at AS left_at,
  receipt.colour AS colour,
  coalesce(receipt.needs_declaration, false) AS needs_declaration,
  CASE
    WHEN gate IS NOT NULL THEN {
      code: gate.code,
      kind: gate.kind,
      name:
        CASE
          WHEN gate.name <> '' THEN gate.name
        END,
      epoch: coalesce(gate.epoch, 0)
    }
  END AS gate,
  head(
    COLLECT {
      MATCH (person)-[:DECLARED]->(declaration:Declaration)
      WHERE
        declaration.made_at >= receipt.scanned_at AND
        declaration.made_at <= receipt.scanned_at + $same_visit
      RETURN declaration.risk AS risk
      ORDER BY declaration.made_at DESC, declaration.declaration_id
      LIMIT 1
    }
  ) AS declared
ORDER BY visit_id