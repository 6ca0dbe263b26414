// registrations/merge_round: an intake round, or its newer name, days and chain.
//
// $round_id   STRING          which
// $name       STRING          as people call it
// $opens_on   DATE            its first local day
// $closes_on  DATE            its last local day
// $closes_at  ZONED DATETIME  when that day ends, excluded
// $chain      STRING          districts or communes: which offices its units pass
//
// Returns 1 row:
//   round_id  STRING  of the round
MERGE (round:IntakeRound {round_id: $round_id})
SET
  round.name = $name,
  round.opens_on = $opens_on,
  round.closes_on = $closes_on,
  round.closes_at = $closes_at,
  round.chain = $chain
RETURN round.round_id AS round_id
ORDER BY round_id