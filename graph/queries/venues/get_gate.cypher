// venues/get_gate: what the id inside a printed code stands for.
//
// $code  STRING  in capitals
//
// Returns 0..1 rows:
//   code       STRING
//   kind       STRING          entrance, exit or both
//   name       STRING          or null for the only one
//   epoch      INTEGER         how often its code was replaced
//   old_until  ZONED DATETIME  or null; until then posters of the epoch before open
//   venue_id   STRING          of its venue
MATCH (gate:Gate {code: $code})-[:OF]->(venue:Venue)
RETURN
  gate.code AS code,
  gate.kind AS kind,
  CASE
    WHEN gate.name <> '' THEN gate.name
  END AS name,
  coalesce(gate.epoch, 0) AS epoch,
  gate.old_until AS old_until,
  venue.venue_id AS venue_id
ORDER BY venue_id
LIMIT 1