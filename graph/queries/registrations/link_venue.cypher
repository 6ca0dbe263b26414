// registrations/link_venue: the venue that a registration has led to; again changes nothing.
//
// $registration_id  STRING  which
// $venue_id         STRING  of the venue
//
// Returns 0..1 rows:
//   registration_id  STRING  of the registration, if both are stored
MATCH (registration:Registration {registration_id: $registration_id})
CALL () {
  MATCH (venue:Venue {venue_id: $venue_id})
  RETURN venue
}
MERGE (registration)-[:FOR]->(venue)
RETURN registration.registration_id AS registration_id
ORDER BY registration_id