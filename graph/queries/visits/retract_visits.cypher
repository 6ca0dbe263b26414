// visits/retract_visits: withdraw visits; they stay readable as of before.
//
// $visit_ids     LIST<STRING>    each once
// $retracted_at  ZONED DATETIME  from when on they do not count
//
// Returns 0..n rows, by visit_id, one for each visit that is withdrawn by this:
//   visit_id, person_id  STRING
UNWIND $visit_ids AS visit_id
MATCH (person:Person)-[visit:VISITED]->(:VenueDay)
WHERE
  visit.visit_id = visit_id AND
  visit.day IS NOT NULL AND
  visit.version IS NOT NULL AND
  visit.retracted_at IS NULL
SET visit.retracted_at = $retracted_at
RETURN DISTINCT visit_id, person.person_id AS person_id
ORDER BY visit_id