// projection/find_isolations_of: the isolations and quarantines of some people, as lists.
//
// $person_ids  LIST<STRING>  whose, each once
//
// Returns 1 row of lists, in one order; times in seconds of the epoch:
//   person_id              LIST<STRING>   one place an isolation, the retracted ones too
//   started_s, recorded_s  LIST<INTEGER>
//   retracted_s            LIST<INTEGER>  -1 if it was not
UNWIND $person_ids AS person_id
MATCH (:Person {person_id: person_id})-[isolated:ISOLATED]->(:Venue)
RETURN
  collect(person_id) AS person_id,
  collect(isolated.started_at.epochSeconds) AS started_s,
  collect(isolated.recorded_at.epochSeconds) AS recorded_s,
  collect(coalesce(isolated.retracted_at.epochSeconds, -1)) AS retracted_s
ORDER BY person_id