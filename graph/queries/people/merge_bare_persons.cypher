// people/merge_bare_persons: see that people exist of whom nothing but an id is known.
//
// $person_ids   LIST<STRING>    sorted, each once
// $source       STRING          the kind of source
// $batch_id     STRING          the batch that the rows came by
// $recorded_at  ZONED DATETIME  when they became known
//
// Returns 0 rows; who exists already stays as is.
UNWIND $person_ids AS person_id
MERGE (person:Person {person_id: person_id})
  ON CREATE SET
    person.source = $source,
    person.batch_id = $batch_id,
    person.recorded_at = $recorded_at