// registrations/find_rounds: every intake round.
//
// Returns 0..n rows, the newest first, then by round_id:
//   round_id, name, chain  STRING
//   opens_on, closes_on    DATE    the last day is part of it
MATCH (round:IntakeRound)
RETURN
  round.round_id AS round_id,
  round.name AS name,
  round.opens_on AS opens_on,
  round.closes_on AS closes_on,
  round.chain AS chain
ORDER BY opens_on DESC, round_id