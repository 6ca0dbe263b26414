// quality/find_overlong_visits: visits that lasted longer than anybody stays at such a place.
//
// $as_of   ZONED DATETIME  reads what was recorded by then and not retracted by then
// $most    INTEGER         counts no further than so many
// $limit   INTEGER         returns at most so many of them
// $offset  INTEGER         after so many
// $stays   LIST<MAP>       of every venue category: category STRING, longest DURATION
//
// Returns 1 row:
//   total  INTEGER    how many visits
//   rows   LIST<MAP>  the longest first, then by visit_id: visit_id, person_id, venue_id, category
//                     STRING; arrived_at, left_at ZONED DATETIME; minutes INTEGER
MATCH (venue:Venue)
WITH
  venue,
  [stay IN $stays WHERE stay.category = venue.category][0].longest AS longest
MATCH (venue)<-[:AT]-(bucket:VenueDay)<-[visit:VISITED]-(person:Person)
WHERE
  visit.left_at > visit.arrived_at + longest AND
  visit.left_recorded_at <= $as_of AND
  visit.recorded_at <= $as_of AND
  (visit.retracted_at IS NULL OR visit.retracted_at > $as_of) AND
  // Of a visit past midnight, the edge of its first day.
  bucket.starts_at <= visit.arrived_at < bucket.ends_at
WITH
  venue,
  visit,
  person,
  duration.inSeconds(visit.arrived_at, visit.left_at).seconds / 60 AS minutes
LIMIT toInteger($most)
WITH *
ORDER BY minutes DESC, visit.visit_id
WITH
  collect({
    visit_id: visit.visit_id,
    person_id: person.person_id,
    venue_id: venue.venue_id,
    category: venue.category,
    arrived_at: visit.arrived_at,
    left_at: visit.left_at,
    minutes: minutes
  }) AS found
RETURN
  size(found) AS total,
  found[toInteger($offset)..toInteger($offset + $limit)] AS rows
ORDER BY total