// people/find_names: the names of some people, for lists that hold ids.
//
// $person_ids  LIST<STRING>  whose; may be empty
//
// Returns 0..n rows, one a person whose name is known, by person_id:
//   person_id, full_name  STRING
UNWIND $person_ids AS person_id
MATCH (person:Person {person_id: person_id})
WHERE person.full_name IS NOT NULL
RETURN DISTINCT person.person_id AS person_id, person.full_name AS full_name
ORDER BY person_id