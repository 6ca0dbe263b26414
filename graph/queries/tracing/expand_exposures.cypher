// tracing/expand_exposures: whom a frontier exposes, by shared stays and meetings, one hop further.
//
// $frontier    LIST<MAP>       people whose time improved: person_id STRING; rank INTEGER, their place
//                              by person_id; infectious_from_s and infectious_until_s INTEGER, seconds
//                              of the epoch, end excluded, null if never isolated
// $least       DURATION        the shortest shared stay that counts, above zero
// $exits       STRING          recorded, estimated or latest: what ends a visit without a known exit
// $categories  LIST<STRING>    the venue categories that count
// $as_of       ZONED DATETIME  reads what was recorded by then and not retracted by then
//
// Returns 1 row of lists as long as each other, one place a person, by exposed_at_s, then person_id
// (a row a person would take the driver five times as long); times in seconds of the epoch:
//   person_id       LIST<STRING>   may be in the frontier: the caller keeps the earlier time
//   exposed_at_s    LIST<INTEGER>  the earliest: $least after a sharing started, or when a meeting did
//   seconds         LIST<INTEGER>  the length of all its contacts; round after summing
//   via_person_id   LIST<STRING>   with whom; ties go to the lowest, then to the lowest venue, a meeting
//                                  last, then to the earlier end, then to the surer contact
//   venue_id        LIST<STRING>   where; empty for a meeting
//   started_at_s    LIST<INTEGER>  when that contact started
//   ended_at_s      LIST<INTEGER>  when that contact ended, excluded
//   doubt           LIST<INTEGER>  of that contact: 0 both exits known, or a meeting; 1 it holds with the
//                                  expected exits; 2 only with the latest possible
UNWIND $frontier AS source
WITH
  source.person_id AS source_id,
  // Stored text and parameters do not sort alike beyond the basic plane: ranks do.
  source.rank AS rank,
  datetime({epochSeconds: source.infectious_from_s}) AS infectious_from,
  CASE
    WHEN
      source.infectious_until_s IS NOT NULL
      THEN datetime({epochSeconds: source.infectious_until_s})
  END AS infectious_until
CALL (source_id, rank, infectious_from, infectious_until) {
  // a is a visit of the source, b one of the person exposed, as in DESIGN section 3. The types
  // say which labels stand at their ends: naming those too costs a look at every node.
  MATCH (:Person {person_id: source_id})-[a:VISITED]->(bucket)
  WITH
    *,
    CASE
      WHEN a.arrived_at < infectious_from THEN infectious_from
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
      // A null infectious_until compares as null, so the visit's own end stands.
      WHEN infectious_until < a_left THEN infectious_until
      ELSE a_left
    END AS closed_at
  WHERE
    opened_at + $least <= closed_at AND
    opened_at < bucket.ends_at AND
    a.recorded_at <= $as_of AND
    (a.retracted_at IS NULL OR a.retracted_at > $as_of)
  MATCH (bucket)-[:AT]->(venue)
  WHERE venue.category IN $categories
  // Only what is needed further goes along with each visit of the bucket.
  WITH
    source_id,
    rank,
    bucket,
    bucket.starts_at AS day_starts_at,
    bucket.ends_at AS day_ends_at,
    venue.venue_id AS venue_id,
    opened_at,
    closed_at,
    opened_at + $least AS earliest_end,
    closed_at - $least AS latest_start,
    a.left_recorded_at <= $as_of AS a_is_known,
    CASE
      WHEN a.left_recorded_at <= $as_of THEN a.left_at
      ELSE a.expected_left_at
    END AS a_expected
  MATCH (bucket)<-[b:VISITED]-(person)
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
  WITH
    *,
    CASE
      WHEN a_is_known AND b.left_recorded_at <= $as_of THEN 0
      WHEN
        started_at + $least <= a_expected AND
        started_at + $least <=
        CASE
          WHEN b.left_recorded_at <= $as_of THEN b.left_at
          ELSE b.expected_left_at
        END
        THEN 1
      ELSE 2
    END AS doubt
  RETURN
    person,
    [
      started_at + $least,
      rank,
      0,
      venue_id,
      ended_at,
      doubt,
      started_at,
      source_id
    ] AS contact,
    duration.inSeconds(started_at, ended_at).seconds AS seconds
    UNION ALL
  MATCH (:Person {person_id: source_id})-[met:MET]-(person)
  WITH
    *,
    CASE
      WHEN met.started_at < infectious_from THEN infectious_from
      ELSE met.started_at
    END AS started_at,
    CASE
      WHEN infectious_until < met.ended_at THEN infectious_until
      ELSE met.ended_at
    END AS ended_at
  WHERE
    started_at < ended_at AND
    met.recorded_at <= $as_of AND
    (met.retracted_at IS NULL OR met.retracted_at > $as_of)
  RETURN
    person,
    [started_at, rank, 1, '', ended_at, 0, started_at, source_id] AS contact,
    duration.inSeconds(started_at, ended_at).seconds AS seconds
}
// Lists compare from the left: the least one is the contact that is recorded.
WITH person, min(contact) AS first, sum(seconds) AS seconds
WITH person.person_id AS person_id, first, seconds
ORDER BY first[0], person_id
RETURN
  collect(person_id) AS person_id,
  collect(first[0].epochSeconds) AS exposed_at_s,
  collect(seconds) AS seconds,
  collect(first[7]) AS via_person_id,
  collect(first[3]) AS venue_id,
  collect(first[6].epochSeconds) AS started_at_s,
  collect(first[4].epochSeconds) AS ended_at_s,
  collect(first[5]) AS doubt
ORDER BY exposed_at_s