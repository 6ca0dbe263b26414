// traces/find_found: whom a saved trace found, with the contacts that prove it.
//
// $trace_id  STRING   which
//
// Returns 1 row of lists as long as each other, one place a person, by number (a row a person would
// take the driver five times as long); times in seconds of the epoch; who was erased is left out:
//   number            LIST<INTEGER>        within the trace, in its order
//   person_id         LIST<STRING>
//   hop               LIST<INTEGER>        the class
//   exposed_at_s      LIST<INTEGER>
//   earliest_at_s     LIST<INTEGER>
//   minutes           LIST<INTEGER>
//   certainty         LIST<STRING>
//   is_case           LIST<BOOLEAN>
//   path_from         LIST<LIST<INTEGER>>  numbers within the trace, a place a contact
//   path_venue_ids    LIST<LIST<STRING>>   empty for a meeting
//   path_started_s    LIST<LIST<INTEGER>>
//   path_ended_s      LIST<LIST<INTEGER>>  excluded
//   path_certainties  LIST<LIST<STRING>>
MATCH (:Trace {trace_id: $trace_id})-[found:FOUND]->(person:Person)
WITH found, person
ORDER BY found.number
RETURN
  collect(found.number) AS number,
  collect(person.person_id) AS person_id,
  collect(found.hop) AS hop,
  collect(found.exposed_at.epochSeconds) AS exposed_at_s,
  collect(found.earliest_at.epochSeconds) AS earliest_at_s,
  collect(found.minutes) AS minutes,
  collect(found.certainty) AS certainty,
  collect(found.is_case) AS is_case,
  collect(found.path_from) AS path_from,
  collect(found.path_venue_ids) AS path_venue_ids,
  collect([moment IN found.path_started_at | moment.epochSeconds]) AS path_started_s,
  collect([moment IN found.path_ended_at | moment.epochSeconds]) AS path_ended_s,
  collect(found.path_certainties) AS path_certainties
ORDER BY number