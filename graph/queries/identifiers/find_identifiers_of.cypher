// identifiers/find_identifiers_of: what identifies a person, sealed.
//
// $person_id  STRING  whose
//
// Returns 0..n rows, by scheme, then the earliest recorded, then blind_index:
//   scheme, blind_index, sealed  STRING
//   source                       STRING          where it comes from
//   recorded_at                  ZONED DATETIME
//   verified_at                  ZONED DATETIME  or null
MATCH
  (:Person {person_id: $person_id})-[link:IDENTIFIED_BY]->
  (identifier:Identifier)
RETURN
  identifier.scheme AS scheme,
  identifier.blind_index AS blind_index,
  identifier.sealed AS sealed,
  link.source AS source,
  link.recorded_at AS recorded_at,
  link.verified_at AS verified_at
ORDER BY scheme, recorded_at, blind_index