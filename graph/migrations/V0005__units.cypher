// V0005: a unit has terms, and other names; what was stored of units so far becomes their first term.
CREATE CONSTRAINT unit_term_key IF NOT EXISTS FOR (n:UnitTerm) REQUIRE (n.unit_code, n.valid_from) IS UNIQUE;
CREATE CONSTRAINT unit_alias_key IF NOT EXISTS FOR (n:UnitAlias) REQUIRE (n.unit_code, n.name) IS UNIQUE;
MATCH (unit:Unit)
WHERE unit.batch_id IS NOT NULL
MERGE (term:UnitTerm {unit_code: unit.unit_code, valid_from: coalesce(unit.valid_from, date('0001-01-01'))})
SET term.name = unit.name, term.level = unit.level, term.valid_until = unit.valid_until,
  term.source = unit.source, term.batch_id = unit.batch_id, term.recorded_at = unit.recorded_at
MERGE (unit)-[:STOOD_AS]->(term)
REMOVE unit.valid_from, unit.valid_until, unit.source, unit.batch_id, unit.recorded_at;
MATCH (unit:Unit)-[part:PART_OF]->(parent:Unit)
MATCH (unit)-[:STOOD_AS]->(term:UnitTerm)
MERGE (term)-[:PART_OF]->(parent)
DELETE part;
