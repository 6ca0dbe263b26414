// registrations/count_funnel: how many registrations of each unit and kind are in each state.
//
// $area   MAP           of an office: by unit_code LIST<MAP> when a record was told, from, and
//                       until excluded, ZONED DATETIME or null
// $asked  MAP           category, round_id STRING: of these alone, or null, now ZONED
//                       DATETIME: what was due by then is overdue
//
// Returns 0..n rows, by unit_code, category, state, one for each that has any:
//   unit_code, category, state  STRING
//   unit_name                   STRING   or null
//   count                       INTEGER
//   overdue                     INTEGER  of these, past their time
UNWIND keys($area) AS unit_code
UNWIND $area[unit_code] AS span
MATCH (unit:Unit {unit_code: unit_code})<-[placed:IN]-(registration:Registration)
WHERE
  (span.from IS NULL OR placed.recorded_at >= span.from) AND
  (span.until IS NULL OR placed.recorded_at < span.until) AND
  ($asked.category IS NULL OR registration.category = $asked.category) AND
  ($asked.round_id IS NULL OR
    EXISTS { MATCH (registration)-[:OF_ROUND]->(:IntakeRound {round_id: $asked.round_id}) })
RETURN
  unit_code,
  unit.name AS unit_name,
  registration.category AS category,
  registration.state AS state,
  count(*) AS count,
  sum(CASE WHEN registration.due_at <= $asked.now THEN 1 ELSE 0 END) AS overdue
ORDER BY unit_code, category, state