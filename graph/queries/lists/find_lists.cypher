// lists/find_lists: lists of units, with what became of their rows.
//
// $area        MAP           of an office, as registrations/find_desk takes it: whose lists
// $is_city     BOOLEAN       whether those of an office without a unit are listed too
// $list_id     STRING        only this one, or null
// $sha256      STRING        only those of a file of this digest, or null
//
// Returns 0..n rows, the newest first, then by list_id:
//   list_id, file_name, sha256, batch_id, role  STRING
//   unit_code, unit_name     STRING          of the office, or null
//   uploaded_by, uploader    STRING          account_id, and the name of the account or null
//   round_id, round_name     STRING          or null
//   is_late                  BOOLEAN
//   uploaded_at              ZONED DATETIME
//   finished_at              ZONED DATETIME  or null
//   headings, unread         LIST<STRING>
//   row_count                INTEGER
//   undecided, settled       INTEGER         rows
MATCH (list:RegistrationList)
WHERE
  (any(
      span IN coalesce($area[list.unit_code], []) WHERE
        (span.from IS NULL OR list.uploaded_at >= span.from) AND
        (span.until IS NULL OR list.uploaded_at < span.until)
    ) OR
    ($is_city AND list.unit_code IS NULL)) AND
  ($list_id IS NULL OR list.list_id = $list_id) AND
  ($sha256 IS NULL OR list.sha256 = $sha256)
OPTIONAL MATCH (unit:Unit {unit_code: list.unit_code})
OPTIONAL MATCH (account:Account {account_id: list.uploaded_by})
OPTIONAL MATCH (round:IntakeRound {round_id: list.round_id})
CALL (list) {
  OPTIONAL MATCH (row:ListRow {list_id: list.list_id})
  WHERE row.number >= 0
  RETURN
    count(
      CASE
        WHEN row.decision IS NULL THEN 1
      END) AS open,
    count(row.outcome) AS settled,
    count(row) AS kept
}
RETURN
  list.list_id AS list_id,
  list.file_name AS file_name,
  list.sha256 AS sha256,
  list.batch_id AS batch_id,
  list.role AS role,
  list.unit_code AS unit_code,
  unit.name AS unit_name,
  list.uploaded_by AS uploaded_by,
  account.name AS uploader,
  list.round_id AS round_id,
  round.name AS round_name,
  list.is_late AS is_late,
  list.uploaded_at AS uploaded_at,
  list.finished_at AS finished_at,
  list.headings AS headings,
  list.unread AS unread,
  list.row_count AS row_count,
  CASE
    WHEN kept = 0 THEN 0
    ELSE open
  END AS undecided,
  settled
ORDER BY uploaded_at DESC, list_id