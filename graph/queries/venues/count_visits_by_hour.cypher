// venues/count_visits_by_hour: how busy a venue was in each hour of a local day, as known at a moment.
//
// $venue_id  STRING          which; its zones are venues of their own
// $day       DATE            the local day
// $as_of     ZONED DATETIME  reads what was recorded by then and not retracted by then
//
// Returns 0..n rows, by hour; an hour in which nobody was there has none:
//   hour      INTEGER  0 to 23, of the clocks of Ho Chi Minh City
//   arrivals  INTEGER  in it
//   present   INTEGER  visits that touch it; of an unknown exit the latest possible counts
MATCH
  (bucket:VenueDay {venue_id: $venue_id, day: $day})<-[visit:VISITED]-
  (:Person)
WHERE
  visit.recorded_at <= $as_of AND
  (visit.retracted_at IS NULL OR visit.retracted_at > $as_of)
WITH
  bucket.starts_at.epochSeconds AS starts_s,
  visit.arrived_at.epochSeconds AS arrived_s,
  coalesce(
    CASE
      WHEN visit.left_recorded_at <= $as_of THEN visit.left_at
    END,
    visit.left_by
  ).epochSeconds AS left_s
WHERE arrived_s >= starts_s OR left_s > starts_s
WITH
  CASE
    WHEN arrived_s < starts_s THEN -1
    ELSE (arrived_s - starts_s) / 3600
  END AS first,
  CASE
    WHEN left_s <= arrived_s THEN (arrived_s - starts_s) / 3600
    WHEN left_s - starts_s > 86400 THEN 23
    // An end upon the hour does not touch the next one.
    ELSE (left_s - starts_s - 1) / 3600
  END AS last,
  count(*) AS visits
UNWIND
  range(
    CASE
      WHEN first < 0 THEN 0
      ELSE first
    END,
    last
  ) AS hour
RETURN
  hour,
  sum(
    CASE
      WHEN hour = first THEN visits
      ELSE 0
    END
  ) AS arrivals,
  sum(visits) AS present
ORDER BY hour