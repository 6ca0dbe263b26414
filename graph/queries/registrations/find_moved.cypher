// registrations/find_moved: what one request has moved.
//
// $prefix  STRING        with what the ids of its steps begin
// $units   LIST<STRING>  none outside these units
//
// Returns 0..n rows, by registration_id:
//   registration_id, name, from_state, to_state  STRING
//   is_newest  BOOLEAN  whether nobody has moved it since
MATCH (registration:Registration)-[:WENT]->(step:RegistrationStep)
WHERE
  step.step_id STARTS WITH $prefix AND
  step.from_state <> step.to_state AND
  EXISTS {
    MATCH (registration)-[:IN]->(unit:Unit)
    WHERE unit.unit_code IN $units
  }
RETURN
  registration.registration_id AS registration_id,
  registration.name AS name,
  step.from_state AS from_state,
  step.to_state AS to_state,
  step.number = registration.step_count AS is_newest
ORDER BY registration_id