// registrations/count_desk: how many registrations a desk would list, by state.
//
// $area   MAP           of an office: by unit_code LIST<MAP> when a record was told, from, and
//                       until excluded, ZONED DATETIME or null
// $asked  MAP           what is listed; one value, so that one plan serves every filter: show
//                       STRING, todo (the desk's to do), overdue or all; text STRING, part of
//                       a folded name or address, or a whole tax number, or empty; states
//                       LIST<STRING>, in these alone, empty for all; and or null: category,
//                       round_id, phone_index STRING; turns LIST<MAP>, what is the desk's to
//                       do: chain, state, kinds, email STRING, is_when_late BOOLEAN; official LIST<STRING>, the kinds that are official; chain
//                       STRING, of what is of no round; now ZONED DATETIME, what was due by
//                       then is overdue
//
// Returns 0..n rows, by state, one for each state that has any:
//   state    STRING
//   count    INTEGER
//   todo     INTEGER  of these, the desk's to do
//   overdue  INTEGER  of these, past their time
//   late     INTEGER  of these, to do and past their time
UNWIND keys($area) AS unit_code
UNWIND $area[unit_code] AS span
MATCH (unit:Unit {unit_code: unit_code})<-[placed:IN]-(registration:Registration)
WHERE
  (span.from IS NULL OR placed.recorded_at >= span.from) AND
  (span.until IS NULL OR placed.recorded_at < span.until) AND
  (size($asked.states) = 0 OR registration.state IN $asked.states) AND
  ($asked.category IS NULL OR registration.category = $asked.category) AND
  ($asked.text = '' OR
    registration.name_key CONTAINS $asked.text OR
    registration.address_key CONTAINS $asked.text OR
    registration.tax_number = $asked.text OR
    registration.phone_index = $asked.phone_index)
OPTIONAL MATCH (registration)-[:OF_ROUND]->(round:IntakeRound)
WITH
  registration,
  unit,
  round,
  coalesce(round.chain, $asked.chain) AS chain,
  registration.category IN $asked.official AS is_official,
  coalesce(registration.due_at <= $asked.now, false) AS is_overdue
WHERE $asked.round_id IS NULL OR round.round_id = $asked.round_id
WITH
  *,
  any(
    turn IN $asked.turns WHERE
      turn.chain = chain AND
      turn.state = registration.state AND
      (turn.kinds = 'any' OR (turn.kinds = 'official') = is_official) AND
      (turn.email = 'any' OR (turn.email = 'with') = registration.has_email) AND
      (is_overdue OR NOT turn.is_when_late)
  ) AS is_todo
WHERE
  $asked.show = 'all' OR
  ($asked.show = 'todo' AND is_todo) OR
  ($asked.show = 'overdue' AND is_overdue)
WITH registration.state AS state, is_todo, is_overdue
RETURN
  state,
  count(*) AS count,
  sum(CASE WHEN is_todo THEN 1 ELSE 0 END) AS todo,
  sum(CASE WHEN is_overdue THEN 1 ELSE 0 END) AS overdue,
  sum(CASE WHEN is_todo AND is_overdue THEN 1 ELSE 0 END) AS late
ORDER BY state