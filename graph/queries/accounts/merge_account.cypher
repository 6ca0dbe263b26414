// accounts/merge_account: an account for somebody who signs in; again changes nothing.
//
// $account_id     STRING          new, opaque
// $name           STRING          to sign in with, in lower case
// $role           STRING          code of a role
// $unit_code      STRING          or null
// $venue_id       STRING          or null
// $password_hash  STRING          argon2id
// $created_at     ZONED DATETIME  now
//
// Returns 1 row:
//   account_id  STRING  of the account of that name
MERGE (account:Account {name: $name})
  ON CREATE SET
    account.account_id = $account_id,
    account.role = $role,
    account.unit_code = $unit_code,
    account.venue_id = $venue_id,
    account.bound_at = $created_at,
    account.password_hash = $password_hash,
    account.session_version = 1,
    account.created_at = $created_at
RETURN account.account_id AS account_id
ORDER BY account_id