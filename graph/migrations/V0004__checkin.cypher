// V0004: what identifies the things of check-ins.
CREATE CONSTRAINT alert_key IF NOT EXISTS FOR (n:Alert) REQUIRE n.alert_id IS UNIQUE;
CREATE CONSTRAINT identifier_key IF NOT EXISTS FOR (n:Identifier) REQUIRE (n.scheme, n.blind_index) IS UNIQUE;
CREATE CONSTRAINT declaration_key IF NOT EXISTS FOR (n:Declaration) REQUIRE n.declaration_id IS UNIQUE;
CREATE CONSTRAINT one_time_code_key IF NOT EXISTS FOR (n:OneTimeCode) REQUIRE n.blind_index IS UNIQUE;
CREATE INDEX one_time_code_by_end IF NOT EXISTS FOR (n:OneTimeCode) ON (n.forget_at);
CREATE CONSTRAINT receipt_key IF NOT EXISTS FOR (n:Receipt) REQUIRE n.visit_id IS UNIQUE;
CREATE INDEX receipt_by_flag IF NOT EXISTS FOR (n:Receipt) ON (n.flagged_at);
CREATE INDEX alert_by_time IF NOT EXISTS FOR (n:Alert) ON (n.raised_at);
