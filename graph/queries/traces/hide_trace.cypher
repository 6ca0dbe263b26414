// traces/hide_trace: a trace is about to be deleted, and from now on not to be seen.
//
// $trace_id  STRING  which
//
// Returns 0..1 rows:
//   trace_id  STRING  if there was such a trace, whole or not
MATCH (trace:Trace {trace_id: $trace_id})
REMOVE trace.saved_at
RETURN trace.trace_id AS trace_id
ORDER BY trace_id