// lists/find_known: registered units that rows of a list may be.
//
// $unit_codes     LIST<STRING>  the communes of the rows
// $tax_numbers    LIST<STRING>  of the rows
// $phone_indexes  LIST<STRING>  of the rows
//
// Returns 0..n rows, by registration_id:
//   registration_id, name, unit_code  STRING
//   address, tax_number, phone_index  STRING  or null
CALL () {
  MATCH (registration:Registration)-[:IN]->(unit:Unit)
  WHERE unit.unit_code IN $unit_codes
  RETURN registration
  UNION
  MATCH (registration:Registration)
  WHERE registration.tax_number IN $tax_numbers
  RETURN registration
  UNION
  MATCH (registration:Registration)
  WHERE registration.phone_index IN $phone_indexes
  RETURN registration
}
MATCH (registration)-[:IN]->(unit:Unit)
WHERE NOT registration.state IN ['duplicate', 'rejected']
RETURN
  registration.registration_id AS registration_id,
  registration.name AS name,
  unit.unit_code AS unit_code,
  registration.address AS address,
  registration.tax_number AS tax_number,
  registration.phone_index AS phone_index
ORDER BY registration_id