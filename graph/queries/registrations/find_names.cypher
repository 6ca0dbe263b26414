// registrations/find_names: what some registrations are called.
//
// $registration_ids  LIST<STRING>  each once
// $units             LIST<STRING>  none outside these units
//
// Returns 0..n rows, by registration_id:
//   registration_id, name  STRING
UNWIND $registration_ids AS registration_id
MATCH (registration:Registration {registration_id: registration_id})-[:IN]->(unit:Unit)
WHERE unit.unit_code IN $units
RETURN DISTINCT registration_id, registration.name AS name
ORDER BY registration_id