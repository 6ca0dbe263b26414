// quality/find_cases_without_contacts: confirmed cases that exposed nobody who is known.
//
// $as_of   ZONED DATETIME  reads what was recorded by then and not retracted by then
// $most    INTEGER         counts no further than so many
// $limit   INTEGER         returns at most so many of them
// $offset  INTEGER         after so many
// $before  DURATION        infectious from so long before 00:00 of the anchor date
// $least   DURATION        the shortest shared stay that counts, above zero
//
// Returns 1 row:
//   total  INTEGER    how many cases
//   rows   LIST<MAP>  the case last recorded first, then by case_id: case_id, person_id STRING;
//                     visits INTEGER, of the person, whenever
MATCH
  (person:Person)-[:HAS_CASE]->(stated:Case)-[:STATED_BY]->(report:CaseReport)
WHERE report.recorded_at <= $as_of
WITH person, stated, report
ORDER BY report.recorded_at DESC, report.number DESC
WITH person, stated, collect(report)[0] AS newest
WHERE newest.classification = 'confirmed'
WITH
  person,
  stated,
  newest,
  newest.isolated_at AS closes_at,
  coalesce(
    newest.onset_on,
    newest.sampled_on,
    date(
      coalesce(newest.confirmed_at, newest.recorded_at) + duration({hours: 7})
    )
  ) AS anchor
WITH
  person,
  stated,
  newest,
  anchor,
  closes_at,
  // 00:00 in Ho Chi Minh City is seven hours before that in UTC.
  datetime({date: anchor, timezone: 'Z'}) - duration({hours: 7}) -
  $before AS opens_at
WHERE
  NOT EXISTS {
    MATCH
      (person)-[a:VISITED]->(bucket:VenueDay)<-[b:VISITED]-(other:Person)
    WHERE
      other <> person AND
      bucket.ends_at > opens_at AND
      (closes_at IS NULL OR
        (bucket.starts_at < closes_at AND
          a.arrived_at + $least <= closes_at AND
          b.arrived_at + $least <= closes_at)) AND
      // Unknown exits count as long as they could have lasted.
      a.arrived_at + $least <=
      coalesce(
        CASE
          WHEN b.left_recorded_at <= $as_of THEN b.left_at
        END,
        b.left_by
      ) AND
      b.arrived_at + $least <=
      coalesce(
        CASE
          WHEN a.left_recorded_at <= $as_of THEN a.left_at
        END,
        a.left_by
      ) AND
      opens_at + $least <=
      coalesce(
        CASE
          WHEN a.left_recorded_at <= $as_of THEN a.left_at
        END,
        a.left_by
      ) AND
      opens_at + $least <=
      coalesce(
        CASE
          WHEN b.left_recorded_at <= $as_of THEN b.left_at
        END,
        b.left_by
      ) AND
      a.recorded_at <= $as_of AND
      (a.retracted_at IS NULL OR a.retracted_at > $as_of) AND
      b.recorded_at <= $as_of AND
      (b.retracted_at IS NULL OR b.retracted_at > $as_of)
  } AND
  NOT EXISTS {
    MATCH (person)-[met:MET]-(:Person)
    WHERE
      met.ended_at > opens_at AND
      (closes_at IS NULL OR met.started_at < closes_at) AND
      met.recorded_at <= $as_of AND
      (met.retracted_at IS NULL OR met.retracted_at > $as_of)
  }
WITH person, stated, newest
ORDER BY newest.recorded_at DESC, stated.case_id
LIMIT toInteger($most)
WITH
  collect({
    case_id: stated.case_id,
    person_id: person.person_id,
    visits: COUNT { (person)-[:VISITED]->(:VenueDay) }
  }) AS found
RETURN
  size(found) AS total,
  found[toInteger($offset)..toInteger($offset + $limit)] AS rows
ORDER BY total