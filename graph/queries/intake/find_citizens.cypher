// intake/find_citizens: what is known of people that decides what their scans mean.
//
// $scans  LIST<MAP>       one a scan, each visit_id once: visit_id, person_id STRING, of_visit_id
//                         STRING or null for any visit; since_s, until_s INTEGER in seconds of the
//                         epoch, arrivals between which are looked at
// $now    ZONED DATETIME  isolations that stand now count
//
// Returns 1 row; one record is read in a few steps, hundreds would each wait for others' threads:
//   found  LIST<MAP>  by visit_id, one a scan of somebody who is stored: visit_id STRING; is_isolated
//                     BOOLEAN, whether an order of isolation stands; declaration MAP, the newest, or
//                     null: risk STRING, made_at_s INTEGER; stays LIST<MAP> by arrival, then
//                     visit_id: visit_id, venue_id STRING, whole_ids LIST<STRING>, arrived_at_s
//                     INTEGER, or null left_at_s, expected_left_at_s, left_by_s INTEGER, latitude,
//                     longitude FLOAT
UNWIND $scans AS scan
MATCH (person:Person {person_id: scan.person_id})
WITH
  scan.visit_id AS visit_id,
  EXISTS {
    MATCH (person)-[isolated:ISOLATED]->(:Venue)
    WHERE
      isolated.retracted_at IS NULL AND
      isolated.started_at <= $now AND
      (isolated.ended_at IS NULL OR isolated.ended_at > $now)
  } AS is_isolated,
  head(
    COLLECT {
      MATCH (person)-[:DECLARED]->(declaration:Declaration)
      RETURN {
        risk: declaration.risk,
        made_at_s: declaration.made_at.epochSeconds
      } AS told
      ORDER BY declaration.made_at DESC, declaration.declaration_id
      LIMIT 1
    }
  ) AS declaration,
  COLLECT {
    MATCH (person)-[visit:VISITED]->(bucket:VenueDay)-[:AT]->(venue:Venue)
    WHERE
      (scan.of_visit_id IS NULL OR visit.visit_id = scan.of_visit_id) AND
      visit.arrived_at >= datetime({epochSeconds: scan.since_s}) AND
      visit.arrived_at <= datetime({epochSeconds: scan.until_s}) AND
      visit.retracted_at IS NULL AND
      // Of a visit past midnight, the edge of its first day.
      bucket.starts_at <= visit.arrived_at < bucket.ends_at
    RETURN {
      visit_id: visit.visit_id,
      venue_id: venue.venue_id,
      whole_ids:
        [(venue)-[:PART_OF*1..8]->(whole:Venue) | whole.venue_id],
      arrived_at_s: visit.arrived_at.epochSeconds,
      left_at_s: visit.left_at.epochSeconds,
      expected_left_at_s: visit.expected_left_at.epochSeconds,
      left_by_s: visit.left_by.epochSeconds,
      latitude: venue.latitude,
      longitude: venue.longitude
    } AS told
    ORDER BY visit.arrived_at, visit.visit_id
  } AS stays
ORDER BY visit_id
WITH
  collect({
    visit_id: visit_id,
    is_isolated: is_isolated,
    declaration: declaration,
    stays: stays
  }) AS found
RETURN found
ORDER BY size(found)