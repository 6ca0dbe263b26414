// batches/find_standing: what a batch brought that was not withdrawn yet, so that it can be.
//
// $batch_id  STRING  which
//
// Returns 1 row, each list sorted:
//   visit_ids      LIST<STRING>
//   contact_ids    LIST<STRING>  of meetings
//   isolation_ids  LIST<STRING>
//   stay           INTEGER       case reports, people, venues, and terms, successors and other names
//                                of units, which an undo leaves as they are
CALL () {
  MATCH ()-[visit:VISITED]->()
  WHERE visit.batch_id = $batch_id AND visit.retracted_at IS NULL
  WITH DISTINCT visit.visit_id AS visit_id
  ORDER BY visit_id
  RETURN collect(visit_id) AS visit_ids
}
CALL () {
  MATCH ()-[met:MET]->()
  WHERE met.batch_id = $batch_id AND met.retracted_at IS NULL
  WITH met.contact_id AS contact_id
  ORDER BY contact_id
  RETURN collect(contact_id) AS contact_ids
}
CALL () {
  MATCH ()-[isolated:ISOLATED]->()
  WHERE isolated.batch_id = $batch_id AND isolated.retracted_at IS NULL
  WITH isolated.isolation_id AS isolation_id
  ORDER BY isolation_id
  RETURN collect(isolation_id) AS isolation_ids
}
CALL () {
  MATCH (report:CaseReport)
  WHERE report.batch_id = $batch_id
  RETURN count(report) AS reports
}
CALL () {
  MATCH (person:Person)
  WHERE person.batch_id = $batch_id
  RETURN count(person) AS persons
}
CALL () {
  MATCH (venue:Venue)
  WHERE venue.batch_id = $batch_id
  RETURN count(venue) AS venues
}
CALL () {
  MATCH (term:UnitTerm)
  WHERE term.batch_id = $batch_id
  RETURN count(term) AS terms
}
CALL () {
  MATCH (:Unit)-[step:SUCCEEDED_BY]->(:Unit)
  WHERE step.batch_id = $batch_id
  RETURN count(step) AS steps
}
CALL () {
  MATCH (alias:UnitAlias)
  WHERE alias.batch_id = $batch_id
  RETURN count(alias) AS aliases
}
RETURN
  visit_ids,
  contact_ids,
  isolation_ids,
  reports + persons + venues + terms + steps + aliases AS stay
ORDER BY stay