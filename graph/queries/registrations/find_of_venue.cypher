// registrations/find_of_venue: the registrations in a state that led to a venue.
//
// $venue_id  STRING  which
// $state     STRING  in this state alone
//
// Returns 0..n rows, by registration_id:
//   registration_id  STRING
//   unit_code        STRING  where it is
MATCH
  (:Venue {venue_id: $venue_id})<-[:FOR]-(registration:Registration {state: $state})-[:IN]->
  (unit:Unit)
RETURN registration.registration_id AS registration_id, unit.unit_code AS unit_code
ORDER BY registration_id, unit_code