// venues/merge_venue_days: see that the buckets of venues on local days exist.
//
// $venue_days  LIST<MAP>  sorted, each once: venue_id STRING of a stored venue, day DATE,
//                         starts_at_s and ends_at_s INTEGER, the bounds of that local day in
//                         seconds of the epoch
//
// Returns 0 rows; what exists already stays as is.
UNWIND $venue_days AS row
MERGE (bucket:VenueDay {venue_id: row.venue_id, day: row.day})
  ON CREATE SET
    bucket.starts_at = datetime({epochSeconds: row.starts_at_s}),
    bucket.ends_at = datetime({epochSeconds: row.ends_at_s})
WITH row, bucket
WHERE NOT EXISTS { (bucket)-[:AT]->(:Venue) }
MATCH (venue:Venue {venue_id: row.venue_id})
MERGE (bucket)-[:AT]->(venue)