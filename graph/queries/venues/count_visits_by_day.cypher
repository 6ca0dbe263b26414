// venues/count_visits_by_day: how busy a venue was on some local days, as known at a moment.
//
// $venue_id  STRING          which; its zones are venues of their own
// $days      LIST<DATE>      which, each once
// $as_of     ZONED DATETIME  reads what was recorded by then and not retracted by then
//
// Returns 0..n rows, the newest day first:
//   day     DATE     local
//   visits  INTEGER  that touch the day
//   people  INTEGER  who made them
UNWIND $days AS day
MATCH
  (bucket:VenueDay {venue_id: $venue_id, day: day})<-[visit:VISITED]-
  (person:Person)
WHERE
  visit.recorded_at <= $as_of AND
  (visit.retracted_at IS NULL OR visit.retracted_at > $as_of) AND
  // Days are laid up to the latest possible end: the end known then may lie before this one.
  (visit.arrived_at >= bucket.starts_at OR
    CASE
      WHEN visit.left_recorded_at <= $as_of THEN visit.left_at
      ELSE visit.left_by
    END >
    bucket.starts_at)
RETURN day, count(visit) AS visits, count(DISTINCT person) AS people
ORDER BY day DESC