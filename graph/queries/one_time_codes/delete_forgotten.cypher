// one_time_codes/delete_forgotten: nothing is kept of numbers that no limit counts any more.
//
// $now    ZONED DATETIME  the moment from which they do not count
// $limit  INTEGER         at most so many numbers at once
//
// Returns 1 row:
//   deleted  INTEGER  how many numbers
MATCH (code:OneTimeCode)
WHERE code.forget_at <= $now
WITH code
ORDER BY code.forget_at
LIMIT toInteger($limit)
DETACH DELETE code
RETURN count(*) AS deleted
ORDER BY deleted