// projection/find_days: the local days on which a venue has a bucket.
//
// Returns 0..n rows, by day:
//   day  DATE  local
MATCH (bucket:VenueDay)
RETURN DISTINCT bucket.day AS day
ORDER BY day