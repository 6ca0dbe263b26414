// tracing/find_meetings_between: the meetings of people with certain others.
//
// $people  LIST<MAP>       one end: person_id STRING; from_s and until_s INTEGER, seconds of the epoch, end
//                          excluded, null for open: meetings that last within them
// $others  LIST<STRING>    the other end
// $as_of   ZONED DATETIME  reads what was recorded by then and not retracted by then
//
// Returns 1 row of lists as long as each other, one place a meeting, by one_id, other_id, started_s and
// contact_id; times in seconds of the epoch:
//   one_id, other_id     LIST<STRING>   two people; where both are asked from, it is there twice
//   started_s, ended_s   LIST<INTEGER>  from when to when, end excluded
//   contact_id, source   LIST<STRING>
UNWIND $people AS one
WITH
  one.person_id AS one_id,
  datetime({epochSeconds: coalesce(one.from_s, 0)}) AS since,
  CASE
    WHEN one.until_s IS NOT NULL THEN datetime({epochSeconds: one.until_s})
  END AS until
MATCH (:Person {person_id: one_id})-[met:MET]-(other:Person)
WHERE
  met.started_at < met.ended_at AND
  met.ended_at > since AND
  (until IS NULL OR met.started_at < until) AND
  met.recorded_at <= $as_of AND
  (met.retracted_at IS NULL OR met.retracted_at > $as_of) AND
  other.person_id IN $others
WITH one_id, other.person_id AS other_id, met, met.started_at.epochSeconds AS started_s
ORDER BY one_id, other_id, started_s, met.contact_id
RETURN
  collect(one_id) AS one_id,
  collect(other_id) AS other_id,
  collect(started_s) AS started_s,
  collect(met.ended_at.epochSeconds) AS ended_s,
  collect(met.contact_id) AS contact_id,
  collect(met.source) AS source
ORDER BY one_id