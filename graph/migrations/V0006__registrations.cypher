// V0006: what identifies registrations of venues, and by what their desks find them.
CREATE CONSTRAINT registration_key IF NOT EXISTS FOR (n:Registration) REQUIRE n.registration_id IS UNIQUE;
CREATE CONSTRAINT registration_step_key IF NOT EXISTS FOR (n:RegistrationStep) REQUIRE n.step_id IS UNIQUE;
CREATE CONSTRAINT intake_round_key IF NOT EXISTS FOR (n:IntakeRound) REQUIRE n.round_id IS UNIQUE;
CREATE INDEX registration_by_state IF NOT EXISTS FOR (n:Registration) ON (n.state);
CREATE INDEX registration_by_phone IF NOT EXISTS FOR (n:Registration) ON (n.phone_index);
CREATE INDEX registration_by_tax_number IF NOT EXISTS FOR (n:Registration) ON (n.tax_number);
CREATE INDEX registration_by_name IF NOT EXISTS FOR (n:Registration) ON (n.name_key);
