// visits/find_days_before: the local days before another one of which visits are stored.
//
// $before  DATE  local, excluded
//
// Returns 0..n rows, by day:
//   day  DATE
MATCH (bucket:VenueDay)
WHERE bucket.day < $before
RETURN DISTINCT bucket.day AS day
ORDER BY day