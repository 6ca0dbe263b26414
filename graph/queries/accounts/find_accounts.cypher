// accounts/find_accounts: everybody who can, or could, sign in.
//
// Returns 0..n rows, by name:
//   account_id, name, role, password_hash  STRING
//   unit_code, venue_id                    STRING          or null
//   session_version                        INTEGER         sessions of an older one are over
//   bound_at                               ZONED DATETIME  to its unit or venue
//   created_at                             ZONED DATETIME
//   disabled_at                            ZONED DATETIME  or null
MATCH (account:Account)
RETURN
  account.account_id AS account_id,
  account.name AS name,
  account.role AS role,
  account.unit_code AS unit_code,
  account.venue_id AS venue_id,
  coalesce(account.bound_at, account.created_at) AS bound_at,
  account.password_hash AS password_hash,
  account.session_version AS session_version,
  account.created_at AS created_at,
  account.disabled_at AS disabled_at
ORDER BY name