// quality/find_case_stays: where probable and confirmed cases have been, and whom they met.
//
// $as_of  ZONED DATETIME  reads what was recorded by then and not retracted by then
//
// Returns 0..n rows, the case last recorded first, then by case_id; times in seconds of the epoch:
//   case_id, person_id              STRING
//   person_name                     STRING          or null
//   number                          INTEGER         of the report that is the newest at that moment
//   recorded_at                     ZONED DATETIME  of it
//   classification, source          STRING
//   onset_on, sampled_on            DATE            or null
//   confirmed_at, isolated_at       ZONED DATETIME  or null
//   venue_ids                       LIST<STRING>    of the visits, each visit once
//   arrived_s, left_s               LIST<INTEGER>   of them; the latest possible end if not known
//   met_ids                         LIST<STRING>    the people met
//   met_from_s, met_until_s         LIST<INTEGER>   when
MATCH
  (person:Person)-[:HAS_CASE]->(stated:Case)-[:STATED_BY]->(report:CaseReport)
WHERE report.recorded_at <= $as_of
WITH person, stated, report
ORDER BY report.recorded_at DESC, report.number DESC
WITH person, stated, collect(report)[0] AS newest
WHERE newest.classification IN ['probable', 'confirmed']
CALL (person) {
  OPTIONAL MATCH (person)-[visit:VISITED]->(bucket:VenueDay)
  WHERE
    // Of a visit past midnight, the edge of its first day.
    bucket.starts_at <= visit.arrived_at < bucket.ends_at AND
    visit.recorded_at <= $as_of AND
    (visit.retracted_at IS NULL OR visit.retracted_at > $as_of)
  WITH
    bucket,
    visit,
    coalesce(
      CASE
        WHEN visit.left_recorded_at <= $as_of THEN visit.left_at
      END,
      visit.left_by
    ) AS left
  RETURN
    collect(bucket.venue_id) AS venue_ids,
    collect(visit.arrived_at.epochSeconds) AS arrived_s,
    collect(left.epochSeconds) AS left_s
}
CALL (person) {
  OPTIONAL MATCH (person)-[met:MET]-(other:Person)
  WHERE
    met.recorded_at <= $as_of AND
    (met.retracted_at IS NULL OR met.retracted_at > $as_of)
  RETURN
    collect(other.person_id) AS met_ids,
    collect(met.started_at.epochSeconds) AS met_from_s,
    collect(met.ended_at.epochSeconds) AS met_until_s
}
RETURN
  stated.case_id AS case_id,
  person.person_id AS person_id,
  person.full_name AS person_name,
  newest.number AS number,
  newest.recorded_at AS recorded_at,
  newest.classification AS classification,
  newest.onset_on AS onset_on,
  newest.sampled_on AS sampled_on,
  newest.confirmed_at AS confirmed_at,
  newest.isolated_at AS isolated_at,
  newest.source AS source,
  venue_ids,
  arrived_s,
  left_s,
  met_ids,
  met_from_s,
  met_until_s
ORDER BY recorded_at DESC, case_id