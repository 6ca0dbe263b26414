// lists/find_registered: registered units by their ids, to be shown beside a row of a list.
//
// $registration_ids  LIST<STRING>  which, each once
//
// Returns 0..n rows, by registration_id:
//   registration_id, name, category, state, unit_code  STRING
//   unit_name, address, tax_number, holds_code_of      STRING          or null
//   batch_id                                           STRING          or null
//   row_number                                         INTEGER         or null
//   is_on_ncovi                                        BOOLEAN
//   received_at                                        ZONED DATETIME
UNWIND $registration_ids AS registration_id
MATCH (registration:Registration {registration_id: registration_id})-[:IN]->(unit:Unit)
RETURN
  registration.registration_id AS registration_id,
  registration.name AS name,
  registration.category AS category,
  registration.state AS state,
  unit.unit_code AS unit_code,
  unit.name AS unit_name,
  registration.address AS address,
  registration.tax_number AS tax_number,
  registration.holds_code_of AS holds_code_of,
  registration.batch_id AS batch_id,
  registration.row_number AS row_number,
  registration.is_on_ncovi AS is_on_ncovi,
  registration.received_at AS received_at
ORDER BY registration_id