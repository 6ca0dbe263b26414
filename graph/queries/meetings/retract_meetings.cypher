// meetings/retract_meetings: withdraw meetings; they stay readable as of before.
//
// $contact_ids   LIST<STRING>    each once
// $retracted_at  ZONED DATETIME  from when on they do not count
//
// Returns 0..n rows, by contact_id, one for each meeting that is withdrawn by this:
//   contact_id          STRING
//   person_a, person_b  STRING  whom it joins
UNWIND $contact_ids AS contact_id
MATCH (a:Person)-[met:MET]->(b:Person)
WHERE met.contact_id = contact_id AND met.retracted_at IS NULL
SET met.retracted_at = $retracted_at
RETURN contact_id, a.person_id AS person_a, b.person_id AS person_b
ORDER BY contact_id