// venues/merge_gate: the entrance of a venue, made when it is first asked for.
//
// $venue_id  STRING  of a stored venue
// $code      STRING  new, for the gate if there is none yet
//
// Returns 0..1 rows:
//   code  STRING  of the entrance
MATCH (venue:Venue {venue_id: $venue_id})
// The lock makes two first questions at once get one gate.
SET venue.venue_id = venue.venue_id
WITH venue
CALL (venue) {
  WITH venue
  WHERE NOT EXISTS { (:Gate {kind: 'entrance'})-[:OF]->(venue) }
  MERGE (gate:Gate {code: $code})
    ON CREATE SET gate.kind = 'entrance'
  MERGE (gate)-[:OF]->(venue)
}
MATCH (gate:Gate {kind: 'entrance'})-[:OF]->(venue)
RETURN gate.code AS code
ORDER BY code
LIMIT 1