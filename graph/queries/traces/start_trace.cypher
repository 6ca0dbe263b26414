// traces/start_trace: begin to save a trace; it is not to be seen before it is whole.
//
// $trace_id          STRING          new, opaque
// $name              STRING          what somebody calls it, or null
// $starts_from       STRING          cases, all_cases or by_hand
// $case_ids          LIST<STRING>    the cases asked about; empty unless it starts from cases
// $rule              STRING          the name of the rule
// $terms             STRING          every term of the rule, as JSON
// $as_of             ZONED DATETIME  what was known then was read
// $hops              INTEGER         asked for
// $complete_hops     INTEGER         answered
// $stopped_hop       INTEGER         the hop that the budget stopped, or null
// $estimated_visits  INTEGER         that it would have read, or null
// $budget            INTEGER         that it was allowed, or null
// $engine            STRING          which answered
// $ms                FLOAT           how long it took, in milliseconds
// $seen              INTEGER         the newest commit that the answer has read, or null
// $begun_at          ZONED DATETIME  now
// $saved_by          STRING          the account that saves it, or null
//
// Returns 1 row:
//   is_saved  BOOLEAN  whether a trace of this id is saved already, and stays as it is
MERGE (trace:Trace {trace_id: $trace_id})
  ON CREATE SET
    trace.name = $name,
    trace.starts_from = $starts_from,
    trace.case_ids = $case_ids,
    trace.rule = $rule,
    trace.terms = $terms,
    trace.as_of = $as_of,
    trace.hops = $hops,
    trace.complete_hops = $complete_hops,
    trace.stopped_hop = $stopped_hop,
    trace.estimated_visits = $estimated_visits,
    trace.budget = $budget,
    trace.engine = $engine,
    trace.ms = $ms,
    trace.seen = $seen,
    trace.begun_at = $begun_at,
    trace.saved_by = $saved_by
RETURN trace.saved_at IS NOT NULL AS is_saved
ORDER BY is_saved