// changes/lock_head: the head of the ledger; until the transaction ends, no commit adds to it.
//
// $store_id  STRING  new, for a store that has no ledger yet
//
// Returns 1 row:
//   store_id   STRING   of this store, kept by its backups
//   number     INTEGER  of the newest change, 0 before the first
//   token      STRING   of the newest change, empty before the first
//   ids        INTEGER  how many ids all changes up to it have named
//   kept_from  INTEGER  the number of the oldest change that is kept
//   visit_days, meetings, isolations, reports, people  INTEGER  counts that the store keeps itself
MERGE (ledger:Ledger {name: 'facts'})
  ON CREATE SET
    ledger.store_id = $store_id,
    ledger.kept_from = 1,
    ledger.ids = 0,
    ledger.token = '',
    ledger.number = 0
// A reader can see a part of a commit. Who made the newest change has this lock until all of it
// can be read.
SET ledger.name = ledger.name
WITH ledger
RETURN
  ledger.store_id AS store_id,
  ledger.number AS number,
  ledger.token AS token,
  ledger.ids AS ids,
  ledger.kept_from AS kept_from,
  COUNT { ()-[:VISITED]->() } AS visit_days,
  COUNT { ()-[:MET]->() } AS meetings,
  COUNT { ()-[:ISOLATED]->() } AS isolations,
  COUNT { (:CaseReport) } AS reports,
  COUNT { (:Person) } AS people
ORDER BY number