// lists/finish_list: say that every row of a list is settled.
//
// $list_id      STRING          which
// $finished_at  ZONED DATETIME  when
//
// Returns 0..1 rows, by list_id:
//   list_id  STRING
MATCH (list:RegistrationList {list_id: $list_id})
SET list.finished_at = coalesce(list.finished_at, $finished_at)
RETURN list.list_id AS list_id
ORDER BY list_id