// registrations/find_desk: registrations as a desk lists them, what is due first on top.
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
// $skip   INTEGER       from which row on
// $limit  INTEGER       at most so many
//
// Returns 0..n rows, by due_at, those without at the end, then entered_at, registration_id:
//   registration_id, name, category, state, chain, unit_code, source  STRING
//   unit_name, address, round_id  STRING  or null
//   received_at, placed_at, entered_at  ZONED DATETIME  placed: when its unit was told
//   due_at                   ZONED DATETIME  or null
//   is_overdue, is_todo, is_late, has_email  BOOLEAN
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
  placed,
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
ORDER BY
  coalesce(registration.due_at.epochSeconds, 99999999999),
  registration.entered_at.epochSeconds,
  registration.registration_id
SKIP $skip
LIMIT $limit
RETURN
  registration.registration_id AS registration_id,
  registration.name AS name,
  registration.category AS category,
  registration.state AS state,
  chain,
  unit.unit_code AS unit_code,
  unit.name AS unit_name,
  registration.source AS source,
  registration.address AS address,
  round.round_id AS round_id,
  registration.received_at AS received_at,
  placed.recorded_at AS placed_at,
  registration.entered_at AS entered_at,
  registration.due_at AS due_at,
  is_overdue,
  is_todo,
  registration.is_late AS is_late,
  registration.has_email AS has_email
ORDER BY
  coalesce(due_at.epochSeconds, 99999999999),
  entered_at.epochSeconds,
  registration_id