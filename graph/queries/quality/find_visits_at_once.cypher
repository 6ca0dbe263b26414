// quality/find_visits_at_once: people who were in two places at once, or too fast from one to another.
//
// $as_of         ZONED DATETIME  reads what was recorded by then and not retracted by then
// $most          INTEGER         counts no further than so many
// $limit         INTEGER         returns at most so many of them
// $offset        INTEGER         after so many
// $slack         DURATION        two stays that overlap by no more are a matter of clocks
// $longest_way   DURATION        between stays further apart in time nobody looks at the way
// $fastest       FLOAT           metres a second
//
// Returns 1 row:
//   total  INTEGER    how many pairs of visits, each with the one before it
//   rows   LIST<MAP>  by person_id, then arrived_at, then visit_id: person_id STRING; of the former
//                     visit former_visit_id, former_venue_id STRING, former_left_at ZONED DATETIME;
//                     of the latter visit_id, venue_id STRING, arrived_at ZONED DATETIME; metres
//                     FLOAT or null, between the venues; is_overlap BOOLEAN
MATCH (person:Person)
CALL (person) {
  MATCH (person)-[visit:VISITED]->(bucket:VenueDay)
  WHERE
    // Only exits that are known: an assumed one proves nothing.
    visit.left_recorded_at <= $as_of AND
    visit.recorded_at <= $as_of AND
    (visit.retracted_at IS NULL OR visit.retracted_at > $as_of)
  WITH
    visit,
    bucket,
    visit.arrived_at AS arrived_at,
    visit.visit_id AS visit_id
  ORDER BY arrived_at, visit_id
  WITH
    collect({
      visit_id: visit_id,
      bucket: bucket,
      arrived_at: arrived_at,
      left_at: visit.left_at
    }) AS stays
  UNWIND range(1, size(stays) - 1) AS place
  WITH stays[place - 1] AS former, stays[place] AS latter
  WHERE latter.arrived_at < former.left_at + $longest_way
  RETURN former, latter
}
WITH person, former, latter, former.bucket AS here, latter.bucket AS there
MATCH (here)-[:AT]->(first:Venue)
MATCH (there)-[:AT]->(second:Venue)
WHERE first <> second
WITH
  person,
  former,
  latter,
  first,
  second,
  latter.arrived_at + $slack < former.left_at AND
  latter.arrived_at + $slack < latter.left_at AS is_overlap,
  point.distance(
    point({latitude: first.latitude, longitude: first.longitude}),
    point({latitude: second.latitude, longitude: second.longitude})
  ) AS metres
WHERE
  (is_overlap OR
    metres >
    $fastest *
    (duration.inSeconds(former.left_at, latter.arrived_at + $slack).seconds)) AND
  // A zone and its venue, or two zones of one, are one place.
  NOT EXISTS {
    (first)-[:PART_OF*0..8]->(:Venue)<-[:PART_OF*0..8]-(second)
  }
WITH person, former, latter, first, second, metres, is_overlap
LIMIT toInteger($most)
WITH *
ORDER BY person.person_id, latter.arrived_at, latter.visit_id
WITH
  collect({
    person_id: person.person_id,
    former_visit_id: former.visit_id,
    former_venue_id: first.venue_id,
    former_left_at: former.left_at,
    visit_id: latter.visit_id,
    venue_id: second.venue_id,
    arrived_at: latter.arrived_at,
    metres: metres,
    is_overlap: is_overlap
  }) AS found
RETURN
  size(found) AS total,
  found[toInteger($offset)..toInteger($offset + $limit)] AS rows
ORDER BY total