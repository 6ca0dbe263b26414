// visits/delete_visits_on: delete visits of a local day for good, some at a time.
//
// $day    DATE     local; a visit past midnight keeps its edges of other days
// $limit  INTEGER  at most so many edges
//
// Returns 0..n rows, by person_id, one for each person who loses an edge:
//   person_id  STRING
//   visits     INTEGER  how many edges
MATCH (:VenueDay {day: $day})<-[visit:VISITED]-(person:Person)
WITH visit, person
LIMIT toInteger($limit)
WITH person.person_id AS person_id, collect(visit) AS edges
FOREACH (visit IN edges |
  DELETE visit
)
RETURN person_id, size(edges) AS visits
ORDER BY person_id