// accounts/change_password: a new password; the sessions of the old one end.
//
// $name           STRING  in lower case
// $password_hash  STRING  argon2id
//
// Returns 0..1 rows:
//   account_id  STRING  of the account, if there is one
MATCH (account:Account {name: $name})
SET
  account.password_hash = $password_hash,
  account.session_version = account.session_version + 1
RETURN account.account_id AS account_id
ORDER BY account_id