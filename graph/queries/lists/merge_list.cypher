// lists/merge_list: keep a list of units with its rows, as it was read; once under its id.
//
// $list_id      STRING          which
// $file_name    STRING          as it was uploaded
// $sha256       STRING          of the file
// $batch_id     STRING          the batch that its registrations come by
// $unit_code    STRING          of the office, or null for the city's
// $role         STRING          of who uploaded it
// $account_id   STRING          of that officer
// $round_id     STRING          the intake round, or null
// $is_late      BOOLEAN         whether it came after the end of the round
// $uploaded_at  ZONED DATETIME  when
// $headings     LIST<STRING>    the header as written
// $unread       LIST<STRING>    those columns that are not read
// $row_count    INTEGER         how many rows the file has
//
// Returns 1 row, by list_id:
//   list_id  STRING
MERGE (list:RegistrationList {list_id: $list_id})
  ON CREATE SET
    list.file_name = $file_name,
    list.sha256 = $sha256,
    list.batch_id = $batch_id,
    list.unit_code = $unit_code,
    list.role = $role,
    list.uploaded_by = $account_id,
    list.round_id = $round_id,
    list.is_late = $is_late,
    list.uploaded_at = $uploaded_at,
    list.headings = $headings,
    list.unread = $unread,
    list.row_count = $row_count
RETURN list.list_id AS list_id
ORDER BY list_id