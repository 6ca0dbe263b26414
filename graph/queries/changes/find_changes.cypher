// changes/find_changes: what changed from one commit on, that commit included.
//
// $since  INTEGER  the number of the first one wanted
// $limit  INTEGER  at most so many rows
//
// Returns 0..n rows, by number:
//   number                 INTEGER         without a gap, as they were committed
//   token                  STRING          of this change alone
//   ids                    INTEGER         how many ids all changes up to it have named
//   recorded_at            ZONED DATETIME  shortly before its commit
//   kind                   STRING          what kind of facts changed
//   person_ids, venue_ids  LIST<STRING>    whose, of which venues
//   days                   LIST<DATE>      the local days that were deleted
MATCH (change:Change)
WHERE change.number >= $since
WITH change
ORDER BY change.number
LIMIT toInteger($limit)
RETURN
  change.number AS number,
  change.token AS token,
  change.ids AS ids,
  change.recorded_at AS recorded_at,
  change.kind AS kind,
  change.person_ids AS person_ids,
  change.venue_ids AS venue_ids,
  change.days AS days
ORDER BY number