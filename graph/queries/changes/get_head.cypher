// changes/get_head: how far the ledger has come, and how much the store holds then.
//
// Returns 0..1 rows, none for a store without a ledger:
//   store_id   STRING   of this store, kept by its backups
//   number     INTEGER  of the newest change, 0 before the first
//   token      STRING   of the newest change, empty before the first
//   ids        INTEGER  how many ids all changes up to it have named
//   kept_from  INTEGER  the number of the oldest change that is kept
//   visit_days, meetings, isolations, reports, people  INTEGER  counts that the store keeps itself
MATCH (ledger:Ledger {name: 'facts'})
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