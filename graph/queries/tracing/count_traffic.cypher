// tracing/count_traffic: how many visits some venues had on certain local days.
//
// $venue_ids  LIST<STRING>  each once
// $days       LIST<DATE>    local, each once
//
// Returns 1 row of lists as long as each other, one place a venue and day that had any, by venue_id and day_s:
//   venue_id  LIST<STRING>
//   day_s     LIST<INTEGER>  the midnight at which the local day begins, in seconds of the epoch
//   visits    LIST<INTEGER>  that touch the day, as stored now: later and withdrawn ones among them
UNWIND $venue_ids AS venue_id
UNWIND $days AS day
MATCH (bucket:VenueDay {venue_id: venue_id, day: day})
// A degree is kept by the store, so it is not counted here.
WITH
  venue_id,
  bucket.starts_at.epochSeconds AS day_s,
  COUNT { (bucket)<-[:VISITED]-() } AS visits
ORDER BY venue_id, day_s
RETURN
  collect(venue_id) AS venue_id, collect(day_s) AS day_s, collect(visits) AS visits
ORDER BY venue_id