// units/name_units: units are called, where no day is asked for, as in their newest term.
//
// $unit_codes  LIST<STRING>  which, each once
//
// Returns 0 rows.
UNWIND $unit_codes AS unit_code
MATCH (unit:Unit {unit_code: unit_code})
CALL (unit) {
  MATCH (unit)-[:STOOD_AS]->(term:UnitTerm)
  RETURN term
  ORDER BY term.valid_from DESC
  LIMIT 1
}
SET
  unit.name = term.name,
  unit.level = term.level