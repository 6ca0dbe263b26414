// venues/merge_bare_venues: see that venues exist of which nothing but an id is known.
//
// $venue_ids    LIST<STRING>    sorted, each once
// $source       STRING          the kind of source
// $batch_id     STRING          the batch that the rows came by
// $recorded_at  ZONED DATETIME  when they became known
//
// Returns 0 rows; what exists already stays as is.
UNWIND $venue_ids AS venue_id
MERGE (venue:Venue {venue_id: venue_id})
  ON CREATE SET
    venue.source = $source,
    venue.batch_id = $batch_id,
    venue.recorded_at = $recorded_at,
    venue.category = 'unknown'