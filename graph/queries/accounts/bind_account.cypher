// accounts/bind_account: an account works for another unit or venue; its sessions end.
//
// $name       STRING          in lower case
// $unit_code  STRING          or null
// $venue_id   STRING          or null
// $bound_at   ZONED DATETIME  now
//
// Returns 0..1 rows:
//   account_id  STRING  of the account, if there is one
MATCH (account:Account {name: $name})
SET
  account.unit_code = $unit_code,
  account.venue_id = $venue_id,
  account.bound_at = $bound_at,
  account.session_version = account.session_version + 1
RETURN account.account_id AS account_id
ORDER BY account_id