// lists/find_known: registered units that rows of a list may be.
//
// $unit_codes     LIST<STRING>  the communes of the rows
// $tax_numbers    LIST<STRING>  of the rows
// $phone_indexes  LIST<STRING>  of the rows
//
// Returns 0..n rows, one a commune, by unit_code:
//   unit_code  STRING
//   known      LIST<LIST<STRING>>  of each unit registration_id, name, and or null address,
//                                  tax_number, phone_index; by registration_id
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
WITH registration, unit
ORDER BY registration.registration_id
RETURN
  unit.unit_code AS unit_code,
  collect(
    [
      registration.registration_id,
      registration.name,
      registration.address,
      registration.tax_number,
      registration.phone_index
    ]
  ) AS known
ORDER BY unit_code