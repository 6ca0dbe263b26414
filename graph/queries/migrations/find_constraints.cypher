// migrations/find_constraints: what the store holds to be unique.
//
// Returns 0..n rows, by kind, then properties:
//   kind        STRING        a label or a relationship type
//   properties  LIST<STRING>  that are unique together
SHOW CONSTRAINTS
YIELD labelsOrTypes, properties
RETURN labelsOrTypes[0] AS kind, properties
ORDER BY kind, properties