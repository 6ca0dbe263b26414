// units/find_aliases: every other name of a unit.
//
// Returns 0..n rows, by unit_code, name:
//   unit_code, name          STRING
//   valid_from, valid_until  STRING  as 2025-07-01, or null; until excluded
MATCH (unit:Unit)-[:CALLED]->(alias:UnitAlias)
RETURN
  unit.unit_code AS unit_code,
  alias.name AS name,
  toString(alias.valid_from) AS valid_from,
  toString(alias.valid_until) AS valid_until
ORDER BY unit_code, name