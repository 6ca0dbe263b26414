// reports/count_store: how much the store holds; counts that it keeps itself, so this is quick.
//
// Returns 1 row:
//   persons, venues, units, cases, meetings, isolations, batches, accounts  INTEGER
//   visit_days  INTEGER  edges: a visit past midnight has one for each day
RETURN
  COUNT { (:Person) } AS persons,
  COUNT { (:Venue) } AS venues,
  COUNT { (:Unit) } AS units,
  COUNT { (:Case) } AS cases,
  COUNT { ()-[:MET]->() } AS meetings,
  COUNT { ()-[:ISOLATED]->() } AS isolations,
  COUNT { (:Batch) } AS batches,
  COUNT { (:Account) } AS accounts,
  COUNT { ()-[:VISITED]->() } AS visit_days
ORDER BY persons