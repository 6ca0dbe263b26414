// registrations/find_moved: what one request has moved.
//
// $prefix  STRING        with what the ids of its steps begin
// $area    MAP           of an office, as find_desk takes it
//
// Returns 0..n rows, by registration_id:
//   registration_id, name, from_state, to_state  STRING
//   is_newest  BOOLEAN  whether nobody has moved it since
MATCH (registration:Registration)-[:WENT]->(step:RegistrationStep)
WHERE
  step.step_id STARTS WITH $prefix AND
  step.from_state <> step.to_state AND
  EXISTS {
    MATCH (registration)-[placed:IN]->(unit:Unit)
    WHERE any(
      span IN coalesce($area[unit.unit_code], []) WHERE
        (span.from IS NULL OR placed.recorded_at >= span.from) AND
        (span.until IS NULL OR placed.recorded_at < span.until)
    )
  }
RETURN
  registration.registration_id AS registration_id,
  registration.name AS name,
  step.from_state AS from_state,
  step.to_state AS to_state,
  step.number = registration.step_count AS is_newest
ORDER BY registration_id