// registrations/find_first_scanned: units whose codes are in use and whose venue was checked in at.
//
// Visits from the day of their registration on count, in the venue or a zone of it.
//
// $limit  INTEGER  at most so many
//
// Returns 0..n rows, by registration_id:
//   registration_id  STRING
//   unit_code        STRING  where it is
MATCH (registration:Registration {state: 'qr_live'})-[:IN]->(unit:Unit)
MATCH (registration)-[:FOR]->(venue:Venue)
WHERE
  EXISTS {
    MATCH
      (venue)<-[:PART_OF*0..3]-(:Venue)<-[:AT]-(day:VenueDay)<-[:VISITED]-
      (:Person)
    WHERE day.ends_at > registration.received_at
  }
RETURN DISTINCT registration.registration_id AS registration_id, unit.unit_code AS unit_code
ORDER BY registration_id, unit_code
LIMIT $limit