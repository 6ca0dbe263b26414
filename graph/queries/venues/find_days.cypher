// venues/find_days: the local days on which a venue had visits, with how many edges each holds.
//
// $venue_id  STRING   which; its zones are venues of their own
// $before    DATE     days before this one
// $limit     INTEGER  at most so many rows
//
// Returns 0..n rows, the newest day first:
//   day    DATE     local
//   edges  INTEGER  kept by the store: what was retracted or not known yet counts too
MATCH (:Venue {venue_id: $venue_id})<-[:AT]-(bucket:VenueDay)
WHERE bucket.day < $before
RETURN bucket.day AS day, COUNT { (bucket)<-[:VISITED]-() } AS edges
ORDER BY day DESC
LIMIT toInteger($limit)