// V0002: the ledger of what changed, and the buckets of a local day.
CREATE CONSTRAINT ledger_key IF NOT EXISTS FOR (n:Ledger) REQUIRE n.name IS UNIQUE;
CREATE CONSTRAINT change_key IF NOT EXISTS FOR (n:Change) REQUIRE n.number IS UNIQUE;
CREATE INDEX venue_day_by_day IF NOT EXISTS FOR (n:VenueDay) ON (n.day);
