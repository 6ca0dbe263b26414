// traces/delete_trace: delete a trace that nobody is left in.
//
// $trace_id  STRING  which
//
// Returns 0 rows.
MATCH (trace:Trace {trace_id: $trace_id})
WHERE trace.saved_at IS NULL
DELETE trace