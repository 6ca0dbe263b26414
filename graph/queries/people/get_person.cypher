// people/get_person: one person, with the unit they live in.
//
// $person_id  STRING  whose
//
// Returns 0..1 rows:
//   person_id              STRING
//   full_name, sex         STRING   or null
//   birth_year             INTEGER  or null
//   unit_code, unit_name   STRING   or null
//   told_at                ZONED DATETIME  or null: when the unit was told
MATCH (person:Person {person_id: $person_id})
OPTIONAL MATCH (person)-[lives:LIVES_IN]->(unit:Unit)
RETURN
  person.person_id AS person_id,
  person.full_name AS full_name,
  person.birth_year AS birth_year,
  person.sex AS sex,
  unit.unit_code AS unit_code,
  unit.name AS unit_name,
  coalesce(lives.recorded_at, person.recorded_at) AS told_at
ORDER BY unit_code
LIMIT 1