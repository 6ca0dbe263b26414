"""The graph of people, venues and timed visits, and the questions asked of it.

A person VISITED a venue on a local day (a VenueDay, AT its Venue); a visit past
midnight has an edge for each day and one id. A zone is a venue that is PART_OF
another. Venues are IN administrative units, which are PART_OF larger ones. Two
people whom an interview names together have MET. A person HAS_CASE; what was
stated of the case, and when, are its CaseReports, and nothing is overwritten.
A person is ISOLATED from a moment on. Each of these facts carries its source,
its batch and when it became known, so that every question can be asked as of
then. `graph.tracing` follows exposure through it, hop by hop.
"""
