// declarations/find_declarations_of: what a person has declared, its answers sealed.
//
// $person_id  STRING   whose
// $limit      INTEGER  at most so many rows
//
// Returns 0..n rows, the newest first, then by declaration_id:
//   declaration_id, kind, form_version, consent_hash, risk  STRING
//   made_at                                                 ZONED DATETIME
//   declared_for, reason, sealed, source                    STRING          reason may be null
//   recorded_at                                             ZONED DATETIME
MATCH (:Person {person_id: $person_id})-[:DECLARED]->(declaration:Declaration)
RETURN
  declaration.declaration_id AS declaration_id,
  declaration.kind AS kind,
  declaration.form_version AS form_version,
  declaration.consent_hash AS consent_hash,
  declaration.risk AS risk,
  declaration.made_at AS made_at,
  declaration.declared_for AS declared_for,
  declaration.reason AS reason,
  declaration.sealed AS sealed,
  declaration.source AS source,
  declaration.recorded_at AS recorded_at
ORDER BY made_at DESC, declaration_id
LIMIT toInteger($limit)