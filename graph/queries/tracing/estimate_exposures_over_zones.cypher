// tracing/estimate_exposures_over_zones: as estimate_exposures, where all zones of a venue are one place.
//
// $frontier  LIST<MAP>  as for expand_exposures, without ranks
//
// Returns 1 row:
//   visits  INTEGER  on the days that the frontier touched while it was infectious, in every zone
UNWIND $frontier AS source
MATCH (:Person {person_id: source.person_id})-[visit:VISITED]->(bucket:VenueDay)
WHERE
  bucket.ends_at > datetime({epochSeconds: source.infectious_from_s}) AND
  (source.infectious_until_s IS NULL OR
    bucket.starts_at < datetime({epochSeconds: source.infectious_until_s}))
MATCH (bucket)-[:AT]->(:Venue)-[:PART_OF*0..8]->(venue:Venue)
WHERE NOT EXISTS { (venue)-[:PART_OF]->(:Venue) }
MATCH (venue)<-[:PART_OF*0..8]-(zone:Venue)
MATCH (other:VenueDay {venue_id: zone.venue_id, day: bucket.day})
// A degree is kept by the store, so it is not counted here.
RETURN sum(COUNT { (other)<-[:VISITED]-() }) AS visits
ORDER BY visits