// lists/merge_rows: keep rows of a list, each once.
//
// $list_id  STRING     whose
// $rows     LIST<MAP>  number INTEGER; sealed, state, registration_id STRING; and or null:
//                      unit_code, decision, decision_of, suggestion, suggested_by STRING,
//                      fault_columns, fault_reasons, notes, candidate_ids, candidate_verdicts,
//                      candidate_agrees, candidate_differs LIST<STRING>
//
// Returns 0..n rows, by number, one for each row given:
//   number  INTEGER
UNWIND $rows AS row
MERGE (kept:ListRow {list_id: $list_id, number: row.number})
  ON CREATE SET
    kept.sealed = row.sealed,
    kept.state = row.state,
    kept.registration_id = row.registration_id,
    kept.unit_code = row.unit_code,
    kept.decision = row.decision,
    kept.decision_of = row.decision_of,
    kept.suggestion = row.suggestion,
    kept.suggested_by = row.suggested_by,
    kept.fault_columns = row.fault_columns,
    kept.fault_reasons = row.fault_reasons,
    kept.notes = row.notes,
    kept.candidate_ids = row.candidate_ids,
    kept.candidate_verdicts = row.candidate_verdicts,
    kept.candidate_agrees = row.candidate_agrees,
    kept.candidate_differs = row.candidate_differs
RETURN kept.number AS number
ORDER BY number