// units/find_successors: what became of every unit.
//
// Returns 0..n rows, by effective_on, unit_code, successor_code:
//   unit_code, successor_code  STRING
//   effective_on               STRING   as 2025-07-01
//   is_part, is_main           BOOLEAN
MATCH (unit:Unit)-[step:SUCCEEDED_BY]->(successor:Unit)
RETURN
  unit.unit_code AS unit_code,
  successor.unit_code AS successor_code,
  toString(step.effective_on) AS effective_on,
  step.is_part AS is_part,
  step.is_main AS is_main
ORDER BY effective_on, unit_code, successor_code