// alerts/find_alerts_of_city: what the city CDC was sent, or somebody left lying for too long.
//
// $spans           LIST<MAP>       whose alerts it sees: unit_code STRING; sent_from, sent_until
//                                  ZONED DATETIME or null, when sent, until excluded; null for all
// $alert_id        STRING          just this one, or null for all
// $since           ZONED DATETIME  none that was raised before
// $overdue_before  ZONED DATETIME  what was sent by then and is not acknowledged is overdue
// $limit           INTEGER         at most so many
//
// Returns 0..n rows, by rank, open ones from the oldest on, closed ones from the newest, alert_id:
//   rank                     INTEGER         0 overdue, 1 to be acknowledged, 2 open, 3 closed
//   alert_id, reason         STRING
//   raised_at                ZONED DATETIME
//   visit_id                 STRING          or null
//   person_id, full_name     STRING          or null
//   birth_year               INTEGER         or null
//   has_phone                BOOLEAN
//   venue_id, venue_name     STRING          or null; a zone with its venue behind it
//   offices                  LIST<MAP>       by office, unit_code: office, unit_code STRING;
//                                            sent_at ZONED DATETIME; and or null: unit_name,
//                                            acknowledged_by, closed_by, outcome STRING,
//                                            acknowledged_at, closed_at ZONED DATETIME
MATCH (alert:Alert)
WHERE
  alert.raised_at >= $since AND
  ($alert_id IS NULL OR alert.alert_id = $alert_id) AND
  ($spans IS NULL OR
    EXISTS {
      MATCH (alert)-[sent:SENT_TO]->(unit:Unit)
      WHERE
        any(
          span IN $spans
          WHERE
            span.unit_code = unit.unit_code AND
            (span.sent_from IS NULL OR sent.sent_at >= span.sent_from) AND
            (span.sent_until IS NULL OR sent.sent_at < span.sent_until)
        )
    })
CALL (alert) {
  MATCH (alert)-[sent:SENT_TO]->(:Unit)
  WITH sent, sent.office = 'city_cdc' AS is_mine
  RETURN
    collect(
      CASE
        WHEN NOT is_mine THEN null
        WHEN sent.closed_at IS NOT NULL THEN 3
        WHEN sent.acknowledged_at IS NOT NULL THEN 2
        WHEN sent.sent_at <= $overdue_before THEN 0
        ELSE 1
      END
    )[0] AS own_rank,
    max(
      sent.acknowledged_at IS NULL AND sent.sent_at <= $overdue_before
    ) AS is_overdue
}
WITH alert, coalesce(own_rank, CASE WHEN is_overdue THEN 0 END) AS rank
WHERE rank IS NOT NULL
WITH *,
  CASE
    WHEN rank < 3 THEN alert.raised_at.epochSeconds
    ELSE -alert.raised_at.epochSeconds
  END AS moment
ORDER BY rank, moment, alert.alert_id
LIMIT $limit
CALL (alert) {
  MATCH (alert)-[sent:SENT_TO]->(unit:Unit)
  WITH sent, unit
  ORDER BY sent.office, unit.unit_code
  RETURN
    collect({
      office: sent.office,
      unit_code: unit.unit_code,
      unit_name: unit.name,
      sent_at: sent.sent_at,
      acknowledged_at: sent.acknowledged_at,
      acknowledged_by: sent.acknowledged_by,
      closed_at: sent.closed_at,
      closed_by: sent.closed_by,
      outcome: sent.outcome
    }) AS offices
}
OPTIONAL MATCH (alert)-[:ABOUT]->(person:Person)
OPTIONAL MATCH (alert)-[:AT]->(venue:Venue)
OPTIONAL MATCH (venue)-[:PART_OF]->(whole:Venue)
RETURN
  rank,
  alert.alert_id AS alert_id,
  alert.reason AS reason,
  alert.raised_at AS raised_at,
  alert.visit_id AS visit_id,
  person.person_id AS person_id,
  person.full_name AS full_name,
  person.birth_year AS birth_year,
  EXISTS {
    MATCH (person)-[:IDENTIFIED_BY]->(:Identifier {scheme: 'phone'})
  } AS has_phone,
  venue.venue_id AS venue_id,
  CASE
    WHEN whole.name IS NOT NULL THEN venue.name + ', ' + whole.name
    ELSE venue.name
  END AS venue_name,
  offices
ORDER BY rank, moment, alert_id