// venues/get_gate: what a printed code stands for.
//
// $code  STRING  in capitals
//
// Returns 0..1 rows:
//   code      STRING
//   kind      STRING  entrance or exit
//   venue_id  STRING  of its venue
MATCH (gate:Gate {code: $code})-[:OF]->(venue:Venue)
RETURN gate.code AS code, gate.kind AS kind, venue.venue_id AS venue_id
ORDER BY venue_id
LIMIT 1