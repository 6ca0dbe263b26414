// V0003: what identifies a saved trace.
CREATE CONSTRAINT trace_key IF NOT EXISTS FOR (n:Trace) REQUIRE n.trace_id IS UNIQUE;
