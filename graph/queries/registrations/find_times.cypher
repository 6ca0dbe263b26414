// registrations/find_times: how long registrations stayed in each state that they have left.
//
// $area   MAP           of an office: by unit_code LIST<MAP> when a record was told, from, and
//                       until excluded, ZONED DATETIME or null
// $asked  MAP           category, round_id STRING: of these alone, or null
//
// Returns 0..n rows, by state:
//   state           STRING
//   count           INTEGER  how many stays
//   median_seconds  INTEGER  so long or less stayed half of them
UNWIND keys($area) AS unit_code
UNWIND $area[unit_code] AS span
MATCH (:Unit {unit_code: unit_code})<-[placed:IN]-(registration:Registration)
WHERE
  (span.from IS NULL OR placed.recorded_at >= span.from) AND
  (span.until IS NULL OR placed.recorded_at < span.until) AND
  ($asked.category IS NULL OR registration.category = $asked.category) AND
  ($asked.round_id IS NULL OR
    EXISTS { MATCH (registration)-[:OF_ROUND]->(:IntakeRound {round_id: $asked.round_id}) })
MATCH (registration)-[:WENT]->(step:RegistrationStep)
WHERE step.from_state IS NOT NULL
RETURN
  step.from_state AS state,
  count(*) AS count,
  percentileDisc(step.after_s, 0.5) AS median_seconds
ORDER BY state