// people/find_homes: the units that some people live in, for lists that hold ids.
//
// $person_ids  LIST<STRING>  whose, each once; may be empty
//
// Returns 0..n rows, one a unit and time at which somebody told of it, by unit_code, told_at:
//   unit_code   STRING
//   unit_name   STRING          or null
//   told_at     ZONED DATETIME  or null
//   person_ids  LIST<STRING>    who lives there
UNWIND $person_ids AS person_id
MATCH (person:Person {person_id: person_id})-[lives:LIVES_IN]->(unit:Unit)
WITH unit, lives.recorded_at AS told_at, collect(person_id) AS person_ids
RETURN
  unit.unit_code AS unit_code, unit.name AS unit_name, told_at, person_ids
ORDER BY unit_code, told_at