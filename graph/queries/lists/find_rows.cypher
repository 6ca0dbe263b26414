// lists/find_rows: the rows of a list as far as they are counted and sorted.
//
// $list_id  STRING  whose
//
// Returns 0..n rows, by number:
//   number                                INTEGER
//   state, registration_id                STRING
//   unit_code, suggestion, decision, outcome, decision_of  STRING  or null
//   candidate_ids, candidate_verdicts     LIST<STRING>
MATCH (row:ListRow {list_id: $list_id})
RETURN
  row.number AS number,
  row.state AS state,
  row.registration_id AS registration_id,
  row.unit_code AS unit_code,
  row.suggestion AS suggestion,
  row.decision AS decision,
  row.outcome AS outcome,
  row.decision_of AS decision_of,
  row.candidate_ids AS candidate_ids,
  row.candidate_verdicts AS candidate_verdicts
ORDER BY number