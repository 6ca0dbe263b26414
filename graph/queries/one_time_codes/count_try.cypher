// one_time_codes/count_try: one try at a number's code, counted before anybody looks whether it is right.
//
// $blind_index  STRING          of the number
// $now          ZONED DATETIME  the moment of the try
// $most_tries   INTEGER         so many tries a code has
//
// Returns 0..1 rows, none where there is no code, or no try at it, any more:
//   digest  STRING  of the code; who has this row holds its lock until the commit
MATCH (code:OneTimeCode {blind_index: $blind_index})
// What has ended may be forgotten just now, and is left alone.
WHERE code.expires_at > $now
// The lock, held until the commit: who tries at the same moment tries after this.
SET code.blind_index = $blind_index
WITH code
WHERE
  code.digest IS NOT NULL AND
  code.expires_at > $now AND
  code.tries < $most_tries
SET code.tries = code.tries + 1
RETURN code.digest AS digest
ORDER BY digest