// lists/find_rows: the rows of a list as far as they are counted and sorted.
//
// $list_id  STRING  whose
//
// Returns 0..n rows, one a state of rows, by state:
//   state  STRING           ready, wrong or known
//   rows   LIST<LIST<ANY>>  of each row number INTEGER, registration_id STRING, or null unit_code,
//                           suggestion, decision, outcome, decision_of STRING, and candidate_ids,
//                           candidate_verdicts LIST<STRING> or null; by number
MATCH (row:ListRow {list_id: $list_id})
// The key of a row begins with its list, and is found by both of its parts.
WHERE row.number >= 0
WITH row
ORDER BY row.number
RETURN
  row.state AS state,
  collect(
    [
      row.number,
      row.registration_id,
      row.unit_code,
      row.suggestion,
      row.decision,
      row.outcome,
      row.decision_of,
      row.candidate_ids,
      row.candidate_verdicts
    ]
  ) AS rows
ORDER BY state