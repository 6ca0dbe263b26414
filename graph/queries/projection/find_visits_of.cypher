// projection/find_visits_of: all visits of some people, as lists.
//
// $person_ids  LIST<STRING>  whose, each once
//
// Returns 1 row of lists, in one order; times in seconds of the epoch:
//   venue_id    LIST<STRING>   one place an edge, the retracted ones too
//   person_id   LIST<STRING>
//   starts_s    LIST<INTEGER>  when the local day of its bucket begins
//   arrived_s   LIST<INTEGER>
//   recorded_s  LIST<INTEGER>
//   left_s      LIST<INTEGER>  -1 where the edge has a place in the next list
//   late        LIST<LIST>     in the same order, of edges whose exit was recorded later or not at
//                              all, or which were retracted: left_at, expected_left_at, left_by,
//                              left_recorded_at, retracted_at, INTEGER or null
UNWIND $person_ids AS person_id
MATCH (:Person {person_id: person_id})-[visit:VISITED]->(bucket:VenueDay)
RETURN
  collect(bucket.venue_id) AS venue_id,
  collect(person_id) AS person_id,
  collect(bucket.starts_at.epochSeconds) AS starts_s,
  collect(visit.arrived_at.epochSeconds) AS arrived_s,
  collect(visit.recorded_at.epochSeconds) AS recorded_s,
  collect(
    CASE
      WHEN
        visit.left_recorded_at = visit.recorded_at AND
        visit.retracted_at IS NULL
        THEN visit.left_at.epochSeconds
      ELSE -1
    END
  ) AS left_s,
  collect(
    CASE
      WHEN
        visit.left_recorded_at = visit.recorded_at AND
        visit.retracted_at IS NULL
        THEN null
      ELSE [
        visit.left_at.epochSeconds,
        visit.expected_left_at.epochSeconds,
        visit.left_by.epochSeconds,
        visit.left_recorded_at.epochSeconds,
        visit.retracted_at.epochSeconds
      ]
    END
  ) AS late
ORDER BY venue_id