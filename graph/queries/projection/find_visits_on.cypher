// projection/find_visits_on: the visits of a local day at some venues, as lists.
//
// $day        DATE          local
// $venue_ids  LIST<STRING>  where; empty for everywhere
//
// Returns 1 row of lists, in one order (a row a visit would take the driver ten times as long);
// times in seconds of the epoch:
//   venue_id    LIST<STRING>   one place an edge, the retracted ones too
//   person_id   LIST<STRING>
//   arrived_s   LIST<INTEGER>
//   recorded_s  LIST<INTEGER>
//   left_s      LIST<INTEGER>  -1 where the edge has a place in the next list
//   late        LIST<LIST>     in the same order, of edges whose exit was recorded later or not at
//                              all, or which were retracted: left_at, expected_left_at, left_by,
//                              left_recorded_at, retracted_at, INTEGER or null
MATCH (bucket:VenueDay {day: $day})<-[visit:VISITED]-(person)
WHERE size($venue_ids) = 0 OR bucket.venue_id IN $venue_ids
WITH
  *,
  // Its exit was known when it was recorded, and it stands.
  visit.left_recorded_at = visit.recorded_at AND
    visit.retracted_at IS NULL AS is_plain
RETURN
  collect(bucket.venue_id) AS venue_id,
  collect(person.person_id) AS person_id,
  collect(visit.arrived_at.epochSeconds) AS arrived_s,
  collect(visit.recorded_at.epochSeconds) AS recorded_s,
  collect(
    CASE
      WHEN is_plain THEN visit.left_at.epochSeconds
      ELSE -1
    END
  ) AS left_s,
  collect(
    CASE
      WHEN is_plain THEN null
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