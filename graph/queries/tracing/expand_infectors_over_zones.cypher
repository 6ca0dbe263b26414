// tracing/expand_infectors_over_zones: as expand_infectors, where all zones of a venue are one place.
//
// $frontier    LIST<MAP>       people: person_id STRING; from_s and until_s INTEGER, seconds of the epoch,
//                              end excluded, null for open: the sharing must last within them
// $least       DURATION        the shortest shared stay that counts, above zero
// $exits       STRING          recorded, estimated or latest: what ends a visit without a known exit
// $categories  LIST<STRING>    the categories that count, of the topmost venue
// $as_of       ZONED DATETIME  reads what was recorded by then and not retracted by then
//
// Returns 1 row of lists as long as each other, one place a person, by person_id:
//   person_id  LIST<STRING>   may be in the frontier: the caller keeps the later time
//   latest_s   LIST<INTEGER>  when at the latest this person began to infect, to expose one of them; in
//                             seconds of the epoch
UNWIND $frontier AS one
WITH
  one.person_id AS one_id,
  datetime({epochSeconds: coalesce(one.from_s, 0)}) AS since,
  CASE
    WHEN one.until_s IS NOT NULL THEN datetime({epochSeconds: one.until_s})
  END AS until
CALL (one_id, since, until) {
  MATCH (:Person {person_id: one_id})-[a:VISITED]->(bucket)
  WITH
    *,
    CASE
      WHEN a.arrived_at < since THEN since
      ELSE a.arrived_at
    END AS opened_at,
    CASE
      WHEN a.left_recorded_at <= $as_of THEN a.left_at
      WHEN $exits = 'estimated' THEN a.expected_left_at
      WHEN $exits = 'latest' THEN a.left_by
    END AS a_left
  WITH
    *,
    CASE
      // A null until compares as null, so the visit's own end stands.
      WHEN until < a_left THEN until
      ELSE a_left
    END AS closed_at
  WHERE
    opened_at + $least <= closed_at AND
    opened_at < bucket.ends_at AND
    a.recorded_at <= $as_of AND
    (a.retracted_at IS NULL OR a.retracted_at > $as_of)
  MATCH (bucket)-[:AT]->(:Venue)-[:PART_OF*0..8]->(venue:Venue)
  WHERE
    NOT EXISTS { (venue)-[:PART_OF]->(:Venue) } AND
    venue.category IN $categories
  MATCH (venue)<-[:PART_OF*0..8]-(zone:Venue)
  MATCH (other:VenueDay {venue_id: zone.venue_id, day: bucket.day})
  // Only what is needed further goes along with each visit of the bucket.
  WITH
    other,
    bucket.starts_at AS day_starts_at,
    bucket.ends_at AS day_ends_at,
    opened_at,
    closed_at,
    opened_at + $least AS earliest_end,
    closed_at - $least AS latest_start
  MATCH (other)<-[b:VISITED]-(person)
  // What rules out most visits is read first; when it was recorded, last.
  WHERE
    b.arrived_at <= latest_start AND
    CASE
      WHEN b.left_recorded_at <= $as_of THEN b.left_at
      WHEN $exits = 'estimated' THEN b.expected_left_at
      WHEN $exits = 'latest' THEN b.left_by
    END >=
    earliest_end
  WITH
    *,
    CASE
      WHEN b.arrived_at < opened_at THEN opened_at
      ELSE b.arrived_at
    END AS started_at,
    CASE
      WHEN b.left_recorded_at <= $as_of THEN b.left_at
      WHEN $exits = 'estimated' THEN b.expected_left_at
      WHEN $exits = 'latest' THEN b.left_by
    END AS b_left
  WITH
    *,
    CASE
      WHEN closed_at < b_left THEN closed_at
      ELSE b_left
    END AS ended_at
  WHERE
    started_at + $least <= ended_at AND
    // A visit past midnight is in two buckets; sharing counts where it starts.
    day_starts_at <= started_at < day_ends_at AND
    b.recorded_at <= $as_of AND
    (b.retracted_at IS NULL OR b.retracted_at > $as_of)
  RETURN person, ended_at - $least AS latest_at
    UNION ALL
  MATCH (:Person {person_id: one_id})-[met:MET]-(person)
  WITH
    *,
    CASE
      WHEN met.started_at < since THEN since
      ELSE met.started_at
    END AS started_at,
    CASE
      WHEN until < met.ended_at THEN until
      ELSE met.ended_at
    END AS ended_at
  WHERE
    started_at < ended_at AND
    met.recorded_at <= $as_of AND
    (met.retracted_at IS NULL OR met.retracted_at > $as_of)
  RETURN person, ended_at - duration({seconds: 1}) AS latest_at
}
WITH person, max(latest_at) AS latest_at
WITH person.person_id AS person_id, latest_at
ORDER BY person_id
RETURN
  collect(person_id) AS person_id, collect(latest_at.epochSeconds) AS latest_s
ORDER BY person_id