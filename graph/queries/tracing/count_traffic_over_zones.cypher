// tracing/count_traffic_over_zones: as count_traffic, where all zones of a venue are one place.
//
// $venue_ids  LIST<STRING>  topmost venues, each once
// $days       LIST<DATE>    local, each once
//
// Returns 1 row of lists as long as each other, one place a venue and day that had any, by venue_id and day_s:
//   venue_id  LIST<STRING>
//   day_s     LIST<INTEGER>  the midnight at which the local day begins, in seconds of the epoch
//   visits    LIST<INTEGER>  that touch the day, in every zone, as stored now: later and withdrawn ones
//                            among them
UNWIND $venue_ids AS venue_id
MATCH (:Venue {venue_id: venue_id})<-[:PART_OF*0..8]-(zone:Venue)
UNWIND $days AS day
MATCH (bucket:VenueDay {venue_id: zone.venue_id, day: day})
// A degree is kept by the store, so it is not counted here.
WITH
  venue_id,
  bucket.starts_at.epochSeconds AS day_s,
  sum(COUNT { (bucket)<-[:VISITED]-() }) AS visits
ORDER BY venue_id, day_s
RETURN
  collect(venue_id) AS venue_id, collect(day_s) AS day_s, collect(visits) AS visits
ORDER BY venue_id