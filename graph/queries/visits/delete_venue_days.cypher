// visits/delete_venue_days: delete the buckets of a local day that hold no visit.
//
// $day  DATE  local
//
// Returns 1 row:
//   deleted  INTEGER  how many
MATCH (bucket:VenueDay {day: $day})
WHERE NOT EXISTS { (bucket)<-[:VISITED]-() }
DETACH DELETE bucket
RETURN count(*) AS deleted
ORDER BY deleted