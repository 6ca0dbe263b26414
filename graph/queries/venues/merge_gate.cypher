// venues/merge_gate: a gate of a venue, made when it is first asked for.
//
// $venue_id  STRING  of a stored venue
// $kind      STRING  entrance, exit or both
// $name      STRING  as people call it, empty for the only one
// $code      STRING  new, for the gate if there is none yet
//
// Returns 0..1 rows:
//   code  STRING  of the gate
MATCH (venue:Venue {venue_id: $venue_id})
// The lock makes two first questions at once get one gate.
SET venue.venue_id = venue.venue_id
WITH venue
CALL (venue) {
  WITH venue
  WHERE
    NOT EXISTS {
      MATCH (known:Gate {kind: $kind})-[:OF]->(venue)
      WHERE coalesce(known.name, '') = $name
    }
  MERGE (gate:Gate {code: $code})
    ON CREATE SET
      gate.kind = $kind,
      gate.name = $name,
      gate.epoch = 0
  MERGE (gate)-[:OF]->(venue)
}
MATCH (gate:Gate {kind: $kind})-[:OF]->(venue)
WHERE coalesce(gate.name, '') = $name
RETURN gate.code AS code
ORDER BY code
LIMIT 1