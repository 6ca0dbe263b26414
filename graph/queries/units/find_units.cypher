// units/find_units: the administrative units that exist on a local day.
//
// $on  DATE  the day
//
// Returns 0..n rows, by unit_code:
//   unit_code                STRING
//   name, level, parent_code STRING  or null
//   valid_from, valid_until  DATE    or null; until excluded
MATCH (unit:Unit)
WHERE
  (unit.valid_from IS NULL OR unit.valid_from <= $on) AND
  (unit.valid_until IS NULL OR unit.valid_until > $on)
OPTIONAL MATCH (unit)-[:PART_OF]->(parent:Unit)
RETURN
  unit.unit_code AS unit_code,
  unit.name AS name,
  unit.level AS level,
  parent.unit_code AS parent_code,
  unit.valid_from AS valid_from,
  unit.valid_until AS valid_until
ORDER BY unit_code