// projection/find_every_person: the ids of all people, as a list.
//
// Returns 1 row:
//   person_id  LIST<STRING>
MATCH (person:Person)
RETURN collect(person.person_id) AS person_id
ORDER BY person_id