// registrations/find_alike: which other registrations may be the same unit as one.
//
// $registration_id  STRING        which
// $area             MAP           of an office, as find_desk takes it
// $limit            INTEGER       at most so many
//
// Returns 0..n rows, those with the most in common first, then by registration_id:
//   registration_id, name  STRING
//   address                STRING        or null
//   alike                  LIST<STRING>  what is the same, sorted: name, phone, tax_number
MATCH (one:Registration {registration_id: $registration_id})
CALL (one) {
  WITH one
  WHERE one.tax_number IS NOT NULL
  MATCH (other:Registration {tax_number: one.tax_number})
  RETURN other, 'tax_number' AS what
  UNION
  WITH one
  WHERE one.phone_index IS NOT NULL
  MATCH (other:Registration {phone_index: one.phone_index})
  RETURN other, 'phone' AS what
  UNION
  WITH one
  MATCH (other:Registration {name_key: one.name_key})
  RETURN other, 'name' AS what
}
WITH one, other, what
ORDER BY what
WITH one, other, collect(what) AS alike
WHERE
  other <> one AND
  EXISTS {
    MATCH (other)-[placed:IN]->(unit:Unit)
    WHERE any(
      span IN coalesce($area[unit.unit_code], []) WHERE
        (span.from IS NULL OR placed.recorded_at >= span.from) AND
        (span.until IS NULL OR placed.recorded_at < span.until)
    )
  }
RETURN
  other.registration_id AS registration_id,
  other.name AS name,
  other.address AS address,
  alike
ORDER BY size(alike) DESC, registration_id
LIMIT $limit