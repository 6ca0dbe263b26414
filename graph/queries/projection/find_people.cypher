// projection/find_people: which of some people the store still knows.
//
// $person_ids  LIST<STRING>  whom, each once
//
// Returns 1 row:
//   person_id  LIST<STRING>  those that are stored
UNWIND $person_ids AS person_id
MATCH (person:Person {person_id: person_id})
RETURN collect(person.person_id) AS person_id
ORDER BY person_id