// tracing/count_city_traffic: how many visits all venues together had on each local day.
//
// Returns 0..n rows, by day_s:
//   day_s   INTEGER  the midnight at which the local day begins, in seconds of the epoch
//   visits  INTEGER  that touch the day, as stored now: later and withdrawn ones among them
MATCH (bucket:VenueDay)
// A degree is kept by the store, so it is not counted here.
WITH bucket.starts_at AS starts_at, sum(COUNT { (bucket)<-[:VISITED]-() }) AS visits
RETURN starts_at.epochSeconds AS day_s, visits
ORDER BY day_s