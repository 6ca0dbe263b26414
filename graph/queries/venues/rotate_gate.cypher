// venues/rotate_gate: replace what is printed for a gate; the gate stays the same one.
//
// $code       STRING          in capitals
// $epoch      INTEGER         the epoch that is to be replaced; of a later one nothing changes
// $old_until  ZONED DATETIME  until then posters of the replaced epoch still open
//
// Returns 0..1 rows:
//   epoch  INTEGER  of the posters from now on
MATCH (gate:Gate {code: $code})
// The lock makes two that rotate at once rotate it once.
SET gate.kind = gate.kind
WITH gate, coalesce(gate.epoch, 0) = $epoch AS is_due
SET
  gate.old_until =
    CASE
      WHEN is_due THEN $old_until
      ELSE gate.old_until
    END,
  gate.epoch = coalesce(gate.epoch, 0) + CASE
    WHEN is_due THEN 1
    ELSE 0
  END
RETURN gate.epoch AS epoch
ORDER BY epoch
LIMIT 1