// accounts/disable_account: nobody signs in by this account any more, and its sessions end.
//
// $name         STRING          in lower case
// $disabled_at  ZONED DATETIME  now
//
// Returns 0..1 rows:
//   account_id  STRING  of the account, if there is one
MATCH (account:Account {name: $name})
SET
  account.disabled_at = coalesce(account.disabled_at, $disabled_at),
  account.session_version = account.session_version + 1
RETURN account.account_id AS account_id
ORDER BY account_id