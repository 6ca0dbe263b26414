// traces/delete_found: delete some of the people of a hidden trace from it; the people stay.
//
// $trace_id  STRING   which
// $limit     INTEGER  at most so many
//
// Returns 1 row:
//   deleted  INTEGER  how many; none when nobody is left
MATCH (:Trace {trace_id: $trace_id})-[found:STARTED_FROM|FOUND]->(:Person)
WITH found
LIMIT toInteger($limit)
DELETE found
RETURN count(*) AS deleted
ORDER BY deleted