// lists/settle_rows: record what became of rows of a list; what is settled stays.
//
// $list_id  STRING          whose
// $rows     LIST<MAP>       number INTEGER, outcome STRING (accepted, passed_on, duplicate,
//                           excluded, left_out or refused); each once
// $at       ZONED DATETIME  when
//
// Returns 0..n rows, by number, one for each row of the list that was given:
//   number  INTEGER
UNWIND $rows AS given
MATCH (row:ListRow {list_id: $list_id, number: given.number})
SET
  row.outcome = coalesce(row.outcome, given.outcome),
  row.settled_at = coalesce(row.settled_at, $at)
RETURN row.number AS number
ORDER BY number