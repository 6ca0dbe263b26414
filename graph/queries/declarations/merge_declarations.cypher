// declarations/merge_declarations: store what people declared, once, by its id.
//
// $rows         LIST<MAP>       by declaration_id, each once: declaration_id, person_id of a stored
//                               person, kind, form_version, consent_hash, risk, declared_for, source,
//                               sealed STRING; reason STRING or null; made_at_s INTEGER in seconds
//                               of the epoch
// $recorded_at  ZONED DATETIME  when they became known
//
// Returns 0 rows; what exists already stays as is.
UNWIND $rows AS row
MATCH (person:Person {person_id: row.person_id})
MERGE (declaration:Declaration {declaration_id: row.declaration_id})
  ON CREATE SET
    declaration.kind = row.kind,
    declaration.form_version = row.form_version,
    declaration.consent_hash = row.consent_hash,
    declaration.risk = row.risk,
    declaration.declared_for = row.declared_for,
    declaration.reason = row.reason,
    declaration.sealed = row.sealed,
    declaration.source = row.source,
    declaration.recorded_at = $recorded_at,
    declaration.made_at = datetime({epochSeconds: row.made_at_s})
MERGE (person)-[:DECLARED]->(declaration)