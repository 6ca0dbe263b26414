// venues/find_gates: the gates of a venue.
//
// $venue_id  STRING  of which
//
// Returns 0..n rows, by kind, then by name, then by code:
//   code       STRING
//   kind       STRING          entrance, exit or both
//   name       STRING          or null for the only one
//   epoch      INTEGER         how often its code was replaced
//   old_until  ZONED DATETIME  or null; until then posters of the epoch before open
//   venue_id   STRING          of its venue
MATCH (gate:Gate)-[:OF]->(venue:Venue {venue_id: $venue_id})
RETURN
  gate.code AS code,
  gate.kind AS kind,
  CASE
    WHEN gate.name <> '' THEN gate.name
  END AS name,
  coalesce(gate.epoch, 0) AS epoch,
  gate.old_until AS old_until,
  venue.venue_id AS venue_id
ORDER BY kind, name, code