// lists/find_whole_rows: some rows of a list with all that is kept of them.
//
// $list_id  STRING         whose
// $numbers  LIST<INTEGER>  which, each once
//
// Returns 0..n rows, by number:
//   number                                INTEGER
//   sealed, state, registration_id        STRING
//   unit_code, unit_name, suggestion, suggested_by, decision, outcome  STRING        or null
//   decision_of, decision_basis, decision_issuer, decision_code        STRING        or null
//   decision_on                           DATE            or null
//   decided_by, decided_name              STRING          or null
//   fault_columns, fault_reasons, notes   LIST<STRING>
//   candidate_ids, candidate_verdicts     LIST<STRING>
//   candidate_agrees, candidate_differs   LIST<STRING>    words with spaces between
UNWIND $numbers AS number
MATCH (row:ListRow {list_id: $list_id, number: number})
OPTIONAL MATCH (unit:Unit {unit_code: row.unit_code})
OPTIONAL MATCH (account:Account {account_id: row.decided_by})
RETURN
  row.number AS number,
  row.sealed AS sealed,
  row.state AS state,
  row.registration_id AS registration_id,
  row.unit_code AS unit_code,
  unit.name AS unit_name,
  row.suggestion AS suggestion,
  row.suggested_by AS suggested_by,
  row.decision AS decision,
  row.outcome AS outcome,
  row.decision_of AS decision_of,
  row.decision_basis AS decision_basis,
  row.decision_issuer AS decision_issuer,
  row.decision_code AS decision_code,
  row.decision_on AS decision_on,
  row.decided_by AS decided_by,
  account.name AS decided_name,
  coalesce(row.fault_columns, []) AS fault_columns,
  coalesce(row.fault_reasons, []) AS fault_reasons,
  coalesce(row.notes, []) AS notes,
  coalesce(row.candidate_ids, []) AS candidate_ids,
  coalesce(row.candidate_verdicts, []) AS candidate_verdicts,
  coalesce(row.candidate_agrees, []) AS candidate_agrees,
  coalesce(row.candidate_differs, []) AS candidate_differs
ORDER BY number