// people/find_homes: the units that some people live in, for lists that hold ids.
//
// $person_ids  LIST<STRING>  whose, each once; may be empty
//
// Returns 0..n rows, one a unit where somebody of them lives, by unit_code:
//   unit_code   STRING
//   unit_name   STRING        or null
//   person_ids  LIST<STRING>  who lives there
UNWIND $person_ids AS person_id
MATCH (person:Person {person_id: person_id})-[:LIVES_IN]->(unit:Unit)
WITH unit, collect(person_id) AS person_ids
RETURN unit.unit_code AS unit_code, unit.name AS unit_name, person_ids
ORDER BY unit_code