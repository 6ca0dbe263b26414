// identifiers/find_persons_of: whom an identifier is linked with; one phone serves a family.
//
// $scheme       STRING  as phone
// $blind_index  STRING  the keyed digest of what was told
//
// Returns 0..n rows, by person_id, one a person:
//   person_id            STRING
//   full_name, name_key  STRING          or null
//   birth_year           INTEGER         or null
//   verified_at          ZONED DATETIME  or null: the person has only said so
MATCH
  (person:Person)-[link:IDENTIFIED_BY]->
  (:Identifier {scheme: $scheme, blind_index: $blind_index})
RETURN
  person.person_id AS person_id,
  person.full_name AS full_name,
  person.name_key AS name_key,
  person.birth_year AS birth_year,
  link.verified_at AS verified_at
ORDER BY person_id