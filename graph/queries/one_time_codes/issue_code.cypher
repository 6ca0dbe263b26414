// one_time_codes/issue_code: a new code for a number replaces the one before, if one may be sent.
//
// $blind_index  STRING          of the number
// $digest       STRING          of the new code
// $now          ZONED DATETIME  when it is sent
// $expires_at   ZONED DATETIME  when it ends
// $forget_at    ZONED DATETIME  when nothing of this sending counts any more
// $soon         ZONED DATETIME  how far back the smaller limit looks, excluded
// $most_soon    INTEGER         so many sends since then
// $long         ZONED DATETIME  how far back the larger limit looks, excluded
// $most_long    INTEGER         so many sends since then
//
// Returns 1 row:
//   is_allowed  BOOLEAN               whether the new code is kept and may be sent
//   sent_at     LIST<ZONED DATETIME>  the sends since $long before this one, oldest first
MERGE (code:OneTimeCode {blind_index: $blind_index})
  ON CREATE SET code.sent_at = []
WITH code, [sent IN code.sent_at WHERE sent > $long] AS sent_at
WITH
  code,
  sent_at,
  size(sent_at) < $most_long AND
  size([sent IN sent_at WHERE sent > $soon]) < $most_soon AS is_allowed
FOREACH (_ IN CASE WHEN is_allowed THEN [1] ELSE [] END |
  SET
    code.digest = $digest,
    code.tries = 0,
    code.expires_at = $expires_at,
    code.forget_at = $forget_at,
    code.sent_at = sent_at + $now
)
RETURN is_allowed, sent_at
ORDER BY is_allowed