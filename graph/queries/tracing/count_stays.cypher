// tracing/count_stays: how many visits some people have, to know what reading them costs.
//
// $person_ids  LIST<STRING>  each once
//
// Returns 1 row:
//   visits  INTEGER  a visit past midnight once for each day; later and withdrawn ones among them
UNWIND $person_ids AS person_id
MATCH (person:Person {person_id: person_id})
// A degree is kept by the store, so it is not counted here.
RETURN sum(COUNT { (person)-[:VISITED]->() }) AS visits
ORDER BY visits