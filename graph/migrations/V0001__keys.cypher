// V0001: what identifies each thing; every write is idempotent on one of these.
CREATE CONSTRAINT person_key IF NOT EXISTS FOR (n:Person) REQUIRE n.person_id IS UNIQUE;
CREATE CONSTRAINT venue_key IF NOT EXISTS FOR (n:Venue) REQUIRE n.venue_id IS UNIQUE;
CREATE CONSTRAINT venue_day_key IF NOT EXISTS FOR (n:VenueDay) REQUIRE (n.venue_id, n.day) IS UNIQUE;
CREATE CONSTRAINT gate_key IF NOT EXISTS FOR (n:Gate) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT unit_key IF NOT EXISTS FOR (n:Unit) REQUIRE n.unit_code IS UNIQUE;
CREATE CONSTRAINT case_key IF NOT EXISTS FOR (n:Case) REQUIRE n.case_id IS UNIQUE;
CREATE CONSTRAINT case_report_key IF NOT EXISTS FOR (n:CaseReport) REQUIRE (n.case_id, n.number) IS UNIQUE;
CREATE CONSTRAINT account_key IF NOT EXISTS FOR (n:Account) REQUIRE n.account_id IS UNIQUE;
CREATE CONSTRAINT account_name_key IF NOT EXISTS FOR (n:Account) REQUIRE n.name IS UNIQUE;
CREATE CONSTRAINT batch_key IF NOT EXISTS FOR (n:Batch) REQUIRE n.batch_id IS UNIQUE;
CREATE CONSTRAINT visited_key IF NOT EXISTS FOR ()-[r:VISITED]-() REQUIRE (r.visit_id, r.day, r.version) IS UNIQUE;
CREATE CONSTRAINT met_key IF NOT EXISTS FOR ()-[r:MET]-() REQUIRE r.contact_id IS UNIQUE;
CREATE CONSTRAINT isolated_key IF NOT EXISTS FOR ()-[r:ISOLATED]-() REQUIRE r.isolation_id IS UNIQUE;
