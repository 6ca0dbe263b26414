// quality/find_skewed_visits: visits recorded before they can have happened.
//
// $as_of   ZONED DATETIME  reads what was recorded by then and not retracted by then
// $most    INTEGER         counts no further than so many
// $limit   INTEGER         returns at most so many of them
// $offset  INTEGER         after so many
// $slack   DURATION        clocks may differ by so much
//
// Returns 1 row:
//   total  INTEGER    how many visits
//   rows   LIST<MAP>  the one furthest ahead first, then by visit_id: visit_id, person_id, venue_id,
//                     source STRING; arrived_at ZONED DATETIME, left_at ZONED DATETIME or null,
//                     recorded_at ZONED DATETIME; minutes INTEGER, by how much it is ahead
MATCH (person:Person)-[visit:VISITED]->(bucket:VenueDay)
WHERE
  (visit.arrived_at > visit.recorded_at + $slack OR
    (visit.left_recorded_at <= $as_of AND
      visit.left_at > visit.left_recorded_at + $slack)) AND
  visit.recorded_at <= $as_of AND
  (visit.retracted_at IS NULL OR visit.retracted_at > $as_of) AND
  // Of a visit past midnight, the edge of its first day.
  bucket.starts_at <= visit.arrived_at < bucket.ends_at
WITH
  person,
  visit,
  bucket,
  CASE
    WHEN visit.left_recorded_at <= $as_of THEN visit.left_at
  END AS left_at
WITH
  person,
  visit,
  bucket,
  left_at,
  CASE
    WHEN
      visit.arrived_at > visit.recorded_at + $slack
      THEN duration.inSeconds(visit.recorded_at, visit.arrived_at).seconds / 60
    ELSE duration.inSeconds(visit.left_recorded_at, left_at).seconds / 60
  END AS minutes
LIMIT toInteger($most)
WITH *
ORDER BY minutes DESC, visit.visit_id
WITH
  collect({
    visit_id: visit.visit_id,
    person_id: person.person_id,
    venue_id: bucket.venue_id,
    source: visit.source,
    arrived_at: visit.arrived_at,
    left_at: left_at,
    recorded_at: visit.recorded_at,
    minutes: minutes
  }) AS found
RETURN
  size(found) AS total,
  found[toInteger($offset)..toInteger($offset + $limit)] AS rows
ORDER BY total