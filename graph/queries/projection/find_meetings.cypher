// projection/find_meetings: every meeting, as lists.
//
// Returns 1 row of lists, in one order; times in seconds of the epoch:
//   person_a, person_b                LIST<STRING>   one place a meeting, the retracted ones too
//   started_s, ended_s, recorded_s    LIST<INTEGER>
//   retracted_s                       LIST<INTEGER>  -1 if it was not
MATCH (a:Person)-[met:MET]->(b:Person)
RETURN
  collect(a.person_id) AS person_a,
  collect(b.person_id) AS person_b,
  collect(met.started_at.epochSeconds) AS started_s,
  collect(met.ended_at.epochSeconds) AS ended_s,
  collect(met.recorded_at.epochSeconds) AS recorded_s,
  collect(coalesce(met.retracted_at.epochSeconds, -1)) AS retracted_s
ORDER BY person_a