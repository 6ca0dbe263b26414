// tracing/find_window_visits: where people were within certain periods, day by day.
//
// $people      LIST<MAP>       person_id STRING; from_s and until_s INTEGER, seconds of the epoch, end
//                              excluded, null for open: visits that last within them
// $exits       STRING          recorded, estimated or latest: what ends a visit without a known exit
// $categories  LIST<STRING>    the venue categories that count
// $as_of       ZONED DATETIME  reads what was recorded by then and not retracted by then
//
// Returns 1 row of lists as long as each other, one place a visit and local day, by person_id, arrived_s,
// visit_id and day_s; times in seconds of the epoch:
//   person_id, visit_id, venue_id  LIST<STRING>   who, which, where
//   day_s                          LIST<INTEGER>  the midnight at which the local day begins
//   arrived_s, left_s              LIST<INTEGER>  of the whole visit, its end as the rule counts it
//   expected_s                     LIST<INTEGER>  its end by the expected exit; left_s if the exit is known
//   is_known                       LIST<BOOLEAN>  whether the exit is
//   source                         LIST<STRING>   where the visit was told
UNWIND $people AS one
WITH
  one.person_id AS person_id,
  datetime({epochSeconds: coalesce(one.from_s, 0)}) AS since,
  CASE
    WHEN one.until_s IS NOT NULL THEN datetime({epochSeconds: one.until_s})
  END AS until
MATCH (:Person {person_id: person_id})-[visit:VISITED]->(bucket:VenueDay)
WHERE
  bucket.ends_at > since AND
  (until IS NULL OR bucket.starts_at < until)
WITH
  *,
  CASE
    WHEN visit.left_recorded_at <= $as_of THEN visit.left_at
    WHEN $exits = 'estimated' THEN visit.expected_left_at
    WHEN $exits = 'latest' THEN visit.left_by
  END AS left_at
WHERE
  left_at > since AND
  (until IS NULL OR visit.arrived_at < until) AND
  // Days are laid up to the latest possible end: the end known then may lie before this one.
  (left_at > bucket.starts_at OR visit.arrived_at >= bucket.starts_at) AND
  visit.recorded_at <= $as_of AND
  (visit.retracted_at IS NULL OR visit.retracted_at > $as_of)
MATCH (bucket)-[:AT]->(venue:Venue)
WHERE venue.category IN $categories
WITH
  person_id,
  visit,
  venue.venue_id AS venue_id,
  bucket.starts_at.epochSeconds AS day_s,
  visit.arrived_at.epochSeconds AS arrived_s,
  left_at.epochSeconds AS left_s,
  CASE
    WHEN visit.left_recorded_at <= $as_of THEN visit.left_at
    ELSE coalesce(visit.expected_left_at, visit.arrived_at)
  END.epochSeconds AS expected_s
ORDER BY person_id, arrived_s, visit.visit_id, day_s
RETURN
  collect(person_id) AS person_id,
  collect(visit.visit_id) AS visit_id,
  collect(venue_id) AS venue_id,
  collect(day_s) AS day_s,
  collect(arrived_s) AS arrived_s,
  collect(left_s) AS left_s,
  collect(expected_s) AS expected_s,
  collect(coalesce(visit.left_recorded_at <= $as_of, false)) AS is_known,
  collect(visit.source) AS source
ORDER BY person_id