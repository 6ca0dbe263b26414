// intake/find_receipts: which scans are known already, and the venues where they were made.
//
// $scans  LIST<MAP>  one a scan, each visit_id once: visit_id, venue_id STRING
//
// Returns 1 row; one record is read in a few steps, hundreds would each wait for others' threads:
//   found  LIST<MAP>  by visit_id, one a scan: visit_id STRING; category STRING of the venue, null
//                     if none has this id; latitude, longitude FLOAT of the venue or null;
//                     whole_ids LIST<STRING>, what the venue is a zone of, at any remove, sorted;
//                     receipt MAP of this visit_id or null: digest, person_id, venue_id, direction,
//                     of_visit_id, colour STRING, needs_declaration BOOLEAN, at_s INTEGER, flags
//                     LIST<STRING>
UNWIND $scans AS scan
OPTIONAL MATCH (venue:Venue {venue_id: scan.venue_id})
OPTIONAL MATCH (receipt:Receipt {visit_id: scan.visit_id})
WITH
  scan.visit_id AS visit_id,
  venue.category AS category,
  venue.latitude AS latitude,
  venue.longitude AS longitude,
  COLLECT {
    MATCH (venue)-[:PART_OF*1..8]->(whole:Venue)
    RETURN whole.venue_id AS whole_id
    ORDER BY whole_id
  } AS whole_ids,
  CASE
    WHEN receipt IS NOT NULL THEN receipt {
      .digest,
      .person_id,
      .venue_id,
      .direction,
      .of_visit_id,
      .colour,
      .needs_declaration,
      .flags,
      at_s: receipt.scanned_at.epochSeconds
    }
  END AS receipt
ORDER BY visit_id
WITH
  collect({
    visit_id: visit_id,
    category: category,
    latitude: latitude,
    longitude: longitude,
    whole_ids: whole_ids,
    receipt: receipt
  }) AS found
RETURN found
ORDER BY size(found)