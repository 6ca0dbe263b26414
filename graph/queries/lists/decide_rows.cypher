// lists/decide_rows: record what an officer decided on rows of a list that are not settled yet.
//
// $list_id     STRING          whose
// $numbers     LIST<INTEGER>   which, each once
// $decision    STRING          take, pass_on, duplicate, excluded or left_out; null for open again
// $of          STRING          of a duplicate: what it is once more; or null
// $basis       STRING          of an exclusion: on what it rests; or null
// $issuer      STRING          of an exclusion: who gave the code; or null
// $code        STRING          which code, or null
// $on          DATE            of which day, or null
// $account_id  STRING          who decides
// $at          ZONED DATETIME  when
//
// Returns 0..n rows, by number, one for each row decided on:
//   number  INTEGER
UNWIND $numbers AS number
MATCH (row:ListRow {list_id: $list_id, number: number})
WHERE row.outcome IS NULL AND row.state = 'ready'
SET
  row.decision = $decision,
  row.decision_of = $of,
  row.decision_basis = $basis,
  row.decision_issuer = $issuer,
  row.decision_code = $code,
  row.decision_on = $on,
  row.decided_by = $account_id,
  row.decided_at = $at
RETURN row.number AS number
ORDER BY number