// migrations/find_migrations: which migrations this store has seen.
//
// Returns 0..n rows, by version:
//   version   STRING  as V0001
//   checksum  STRING  sha256 of the file as it was applied
MATCH (migration:Migration)
RETURN migration.version AS version, migration.checksum AS checksum
ORDER BY version