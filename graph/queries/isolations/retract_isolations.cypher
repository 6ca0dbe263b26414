// isolations/retract_isolations: withdraw isolations; they stay readable as of before.
//
// $isolation_ids  LIST<STRING>    each once
// $retracted_at   ZONED DATETIME  from when on they do not count
//
// Returns 0..n rows, by isolation_id, one for each isolation that is withdrawn by this:
//   isolation_id, person_id  STRING
UNWIND $isolation_ids AS isolation_id
MATCH (person:Person)-[isolated:ISOLATED]->(:Venue)
WHERE isolated.isolation_id = isolation_id AND isolated.retracted_at IS NULL
SET isolated.retracted_at = $retracted_at
RETURN isolation_id, person.person_id AS person_id
ORDER BY isolation_id