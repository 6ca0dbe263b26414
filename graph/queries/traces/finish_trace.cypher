// traces/finish_trace: a trace is saved whole, and from now on to be seen.
//
// $trace_id  STRING          a trace that was started
// $saved_at  ZONED DATETIME  now
//
// Returns 0 rows.
MATCH (trace:Trace {trace_id: $trace_id})
SET trace.saved_at = $saved_at