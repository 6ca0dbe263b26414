// tracing/estimate_exposures: how many visits one more hop would read, before it is asked.
//
// $frontier  LIST<MAP>  as for expand_exposures, without ranks
//
// Returns 1 row:
//   visits  INTEGER  in the buckets that the frontier touched while it was infectious
UNWIND $frontier AS source
MATCH (:Person {person_id: source.person_id})-[visit:VISITED]->(bucket:VenueDay)
WHERE
  bucket.ends_at > datetime({epochSeconds: source.infectious_from_s}) AND
  (source.infectious_until_s IS NULL OR
    bucket.starts_at < datetime({epochSeconds: source.infectious_until_s}))
// A degree is kept by the store, so it is not counted here.
RETURN sum(COUNT { (bucket)<-[:VISITED]-() }) AS visits
ORDER BY visits