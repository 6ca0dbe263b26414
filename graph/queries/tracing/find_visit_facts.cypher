// tracing/find_visit_facts: every version of some people's visits to some venues, withdrawn ones too.
//
// $wanted  LIST<MAP>  each once: person_id, venue_id STRING, a venue or one with zones;
//                     until_s INTEGER, visits that began by then, in seconds of the epoch
//
// Returns 0..n rows, by person_id, venue_id, arrived_at_s, visit_id, version; a visit past midnight
// once; times in seconds of the epoch:
//   person_id, venue_id       STRING   as they were asked for
//   category                  STRING   of that venue
//   zone_id                   STRING   the venue itself, or the zone of it
//   visit_id                  STRING
//   version                   INTEGER
//   arrived_at_s              INTEGER
//   expected_left_at_s        INTEGER  or null
//   left_by_s                 INTEGER  or null
//   left_at_s                 INTEGER  or null
//   left_recorded_at_s        INTEGER  or null
//   recorded_at_s             INTEGER
//   retracted_at_s            INTEGER  or null
//   source, batch_id          STRING
UNWIND $wanted AS wanted
MATCH
  (person:Person {person_id: wanted.person_id})-[visit:VISITED]->
  (bucket:VenueDay)
WHERE
  // Of a visit past midnight, the edge of its first day.
  bucket.starts_at <= visit.arrived_at < bucket.ends_at AND
  visit.arrived_at <= datetime({epochSeconds: wanted.until_s})
WITH wanted, visit, bucket
MATCH (bucket)-[:AT]->(zone:Venue)-[:PART_OF*0..8]->(venue:Venue)
WHERE venue.venue_id = wanted.venue_id
RETURN
  wanted.person_id AS person_id,
  wanted.venue_id AS venue_id,
  venue.category AS category,
  zone.venue_id AS zone_id,
  visit.visit_id AS visit_id,
  visit.version AS version,
  visit.arrived_at.epochSeconds AS arrived_at_s,
  visit.expected_left_at.epochSeconds AS expected_left_at_s,
  visit.left_by.epochSeconds AS left_by_s,
  visit.left_at.epochSeconds AS left_at_s,
  visit.left_recorded_at.epochSeconds AS left_recorded_at_s,
  visit.recorded_at.epochSeconds AS recorded_at_s,
  visit.retracted_at.epochSeconds AS retracted_at_s,
  visit.source AS source,
  visit.batch_id AS batch_id
ORDER BY person_id, venue_id, arrived_at_s, visit_id, version