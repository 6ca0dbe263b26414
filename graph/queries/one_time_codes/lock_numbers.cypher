// one_time_codes/lock_numbers: until the transaction ends, no other sends a code or forgets a number.
//
// Returns 0 rows.
MERGE (all:OneTimeCode {blind_index: 'all'})
// A number that is forgotten while a code is sent to it would lose the code.
SET all.blind_index = 'all'