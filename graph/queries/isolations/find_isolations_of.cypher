// isolations/find_isolations_of: when and where a person was isolated, as known at a moment.
//
// $person_id  STRING          whose
// $as_of      ZONED DATETIME  reads what was recorded by then and not retracted by then
//
// Returns 0..n rows, the newest first, then by isolation_id:
//   isolation_id, person_id, venue_id  STRING
//   venue_name                         STRING          or null
//   started_at                         ZONED DATETIME
//   ended_at                           ZONED DATETIME  excluded; null for not yet
//   source                             STRING
MATCH (person:Person {person_id: $person_id})-[isolated:ISOLATED]->(venue:Venue)
WHERE
  isolated.recorded_at <= $as_of AND
  (isolated.retracted_at IS NULL OR isolated.retracted_at > $as_of)
RETURN
  isolated.isolation_id AS isolation_id,
  person.person_id AS person_id,
  venue.venue_id AS venue_id,
  venue.name AS venue_name,
  isolated.started_at AS started_at,
  isolated.ended_at AS ended_at,
  isolated.source AS source
ORDER BY started_at DESC, isolation_id