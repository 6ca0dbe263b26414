// one_time_codes/spend_code: a code that was right is never right again.
//
// $blind_index  STRING  of the number
//
// Returns 1 row:
//   blind_index  STRING  of the number
MATCH (code:OneTimeCode {blind_index: $blind_index})
SET code.digest = null
RETURN code.blind_index AS blind_index
ORDER BY blind_index