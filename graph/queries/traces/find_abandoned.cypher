// traces/find_abandoned: traces whose saving, or whose deletion, broke off.
//
// $before  ZONED DATETIME  begun earlier than this
//
// Returns 0..n rows, by trace_id:
//   trace_id  STRING
MATCH (trace:Trace)
WHERE trace.saved_at IS NULL AND trace.begun_at < $before
RETURN trace.trace_id AS trace_id
ORDER BY trace_id