// migrations/record_migration: remember that a migration was applied.
//
// $version     STRING          as V0001
// $checksum    STRING          sha256 of its file
// $applied_at  ZONED DATETIME  now
//
// Returns 0 rows; once is enough, again changes nothing.
MERGE (migration:Migration {version: $version})
  ON CREATE SET
    migration.checksum = $checksum,
    migration.applied_at = $applied_at