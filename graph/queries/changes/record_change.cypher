// changes/record_change: append to the ledger that facts have changed; the last of its transaction.
//
// $store_id      STRING          new, for a store that has no ledger yet
// $token         STRING          new, of this change
// $recorded_at   ZONED DATETIME  now
// $kind          STRING          what kind of facts changed
// $person_ids    LIST<STRING>    whose, each once
// $venue_ids     LIST<STRING>    of which venues, each once
// $days          LIST<DATE>      the local days that were deleted, each once
// $most_changes  INTEGER         the newest so many stay, older ones go
// $most_ids      INTEGER         so many ids stay, with the newest changes
//
// Returns 1 row:
//   number  INTEGER  of this change: one more than that of the one committed before
MERGE (ledger:Ledger {name: 'facts'})
  ON CREATE SET
    ledger.store_id = $store_id,
    ledger.kept_from = 1,
    ledger.ids = 0,
    ledger.token = '',
    ledger.number = 0
// The lock, held until the commit, makes the numbers follow the commits without a gap.
SET ledger.name = ledger.name
WITH ledger
SET
  ledger.ids = ledger.ids + size($person_ids) + size($venue_ids),
  ledger.token = $token,
  ledger.number = ledger.number + 1
CREATE
  (change:Change
    {
      number: ledger.number,
      token: $token,
      ids: ledger.ids,
      recorded_at: $recorded_at,
      kind: $kind,
      person_ids: $person_ids,
      venue_ids: $venue_ids,
      days: $days
    })
WITH ledger
CALL (ledger) {
  MATCH (old:Change)
  WHERE
    old.number >= ledger.kept_from AND
    // So many at once at most, that no commit waits long for it.
    old.number < ledger.kept_from + 100 AND
    (old.number <= ledger.number - $most_changes OR
      old.number < ledger.number AND old.ids <= ledger.ids - $most_ids)
  WITH old, old.number AS number
  DETACH DELETE old
  RETURN max(number) AS last_gone
}
SET ledger.kept_from = coalesce(last_gone + 1, ledger.kept_from)
RETURN ledger.number AS number
ORDER BY number