// V0007: what identifies lists of units to be registered, and their rows.
CREATE CONSTRAINT registration_list_key IF NOT EXISTS FOR (n:RegistrationList) REQUIRE n.list_id IS UNIQUE;
CREATE CONSTRAINT list_row_key IF NOT EXISTS FOR (n:ListRow) REQUIRE (n.list_id, n.number) IS UNIQUE;
