// registrations/find_area: the units of an office: its own, and those inside it.
//
// $unit_code  STRING  the office's unit, or null for an office of every unit
//
// Returns 0..n rows, by unit_code:
//   unit_code  STRING
MATCH (unit:Unit)
WHERE
  $unit_code IS NULL OR
  unit.unit_code = $unit_code OR
  EXISTS { MATCH (unit)-[:PART_OF*1..3]->(:Unit {unit_code: $unit_code}) }
RETURN unit.unit_code AS unit_code
ORDER BY unit_code