// registrations/find_names: what some registrations are called.
//
// $registration_ids  LIST<STRING>  each once
// $area              MAP           of an office, as find_desk takes it
//
// Returns 0..n rows, by registration_id:
//   registration_id, name  STRING
UNWIND $registration_ids AS registration_id
MATCH (registration:Registration {registration_id: registration_id})-[placed:IN]->(unit:Unit)
WHERE
  any(
    span IN coalesce($area[unit.unit_code], []) WHERE
      (span.from IS NULL OR placed.recorded_at >= span.from) AND
      (span.until IS NULL OR placed.recorded_at < span.until)
  )
RETURN DISTINCT registration_id, registration.name AS name
ORDER BY registration_id