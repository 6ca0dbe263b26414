// traces/find_traces_of: the saved traces that start from a case, alone or among others.
//
// $case_id  STRING  which
//
// Returns 0..n rows, the one saved last first, then by trace_id:
//   trace_id                 STRING
//   name                     STRING          or null
//   starts_from              STRING          cases, all_cases or by_hand
//   case_ids                 LIST<STRING>    empty unless it starts from cases
//   rule, terms              STRING          the name of the rule; every term of it, as JSON
//   as_of                    ZONED DATETIME
//   hops, complete_hops      INTEGER         asked for and answered
//   stopped_hop              INTEGER         or null
//   estimated_visits         INTEGER         or null
//   budget                   INTEGER         or null
//   engine                   STRING
//   ms                       FLOAT
//   seen                     INTEGER         or null
//   saved_at                 ZONED DATETIME
//   saved_by                 STRING          the name of the account, or null
//   people                   INTEGER         how many it found, erased ones left out
MATCH (trace:Trace)
WHERE
  trace.saved_at IS NOT NULL AND
  ($case_id IN trace.case_ids OR trace.starts_from = 'all_cases')
OPTIONAL MATCH (account:Account {account_id: trace.saved_by})
RETURN
  trace.trace_id AS trace_id,
  trace.name AS name,
  trace.starts_from AS starts_from,
  trace.case_ids AS case_ids,
  trace.rule AS rule,
  trace.terms AS terms,
  trace.as_of AS as_of,
  trace.hops AS hops,
  trace.complete_hops AS complete_hops,
  trace.stopped_hop AS stopped_hop,
  trace.estimated_visits AS estimated_visits,
  trace.budget AS budget,
  trace.engine AS engine,
  trace.ms AS ms,
  trace.seen AS seen,
  trace.saved_at AS saved_at,
  account.name AS saved_by,
  COUNT { (trace)-[:FOUND]->() } AS people
ORDER BY saved_at DESC, trace_id