// units/find_terms: every administrative unit in all its terms.
//
// Returns 0..n rows, by unit_code, valid_from; a bare code has one row without a term:
//   unit_code                STRING
//   name, level, parent_code STRING  or null
//   valid_from, valid_until  STRING  as 2025-07-01, or null; until excluded
MATCH (unit:Unit)
OPTIONAL MATCH (unit)-[:STOOD_AS]->(term:UnitTerm)
OPTIONAL MATCH (term)-[:PART_OF]->(parent:Unit)
RETURN
  unit.unit_code AS unit_code,
  term.name AS name,
  term.level AS level,
  parent.unit_code AS parent_code,
  toString(term.valid_from) AS valid_from,
  toString(term.valid_until) AS valid_until
ORDER BY unit_code, valid_from