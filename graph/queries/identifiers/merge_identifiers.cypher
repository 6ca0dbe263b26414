// identifiers/merge_identifiers: what identifies people, without a word that can be read here.
//
// $rows         LIST<MAP>       by person_id, scheme, blind_index, of people who exist, STRING each:
//                               person_id, scheme, blind_index, sealed, source
// $recorded_at  ZONED DATETIME  when they became known
//
// Returns 0 rows; what is known already stays as is.
UNWIND $rows AS row
MATCH (person:Person {person_id: row.person_id})
MERGE
  (identifier:Identifier
    {scheme: row.scheme, blind_index: row.blind_index})
  ON CREATE SET identifier.sealed = row.sealed
MERGE (person)-[link:IDENTIFIED_BY]->(identifier)
  ON CREATE SET
    link.source = row.source,
    link.recorded_at = $recorded_at